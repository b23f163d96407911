import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { todoSchema } from "@opencode/core/modules/tools/contract.ts";
import { CircleCheck, CircleDashed, CircleDot, CircleMinus } from "lucide-react";
import { z } from "zod";
import { cn } from "../../../ui/cn.ts";
import { LabelledBlock } from "./labelled-block.tsx";
import { LineChangeView } from "./line-change-view.tsx";

const editInput = z.object({ oldString: z.string(), newString: z.string() });
const writeInput = z.object({ content: z.string() });
const bashInput = z.object({ command: z.string() });
const patchInput = z.object({ patchText: z.string() });
const todoInput = z.object({ todos: z.array(todoSchema) });
const pre = "max-h-60 overflow-auto px-3 pb-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]";

/** What a call was given, as its tool is best read. */
export function ToolInput({ part }: { part: ToolPart }) {
  const edit = editInput.safeParse(part.input);
  if (edit.success) return <LineChangeView before={edit.data.oldString} after={edit.data.newString} />;
  const write = writeInput.safeParse(part.input);
  if (write.success) return <LineChangeView before="" after={write.data.content} />;
  const patch = part.tool === "apply_patch" ? patchInput.safeParse(part.input) : null;
  if (patch?.success) return <PatchText text={patch.data.patchText} />;
  const todos = part.tool === "todowrite" ? todoInput.safeParse(part.input) : null;
  if (todos?.success) return <TodoItems todos={todos.data.todos} />;
  const bash = bashInput.safeParse(part.input);
  const text = bash.success ? bash.data.command : inputText(part.input);
  return (
    <LabelledBlock label={bash.success ? "Command" : "Input"} copy={text}>
      <pre className={pre}>{text}</pre>
    </LabelledBlock>
  );
}

function PatchText({ text }: { text: string }) {
  const lines = text.split("\n").map((line, index) => ({ line, key: `patch-${index}` }));
  return (
    <LabelledBlock label="Patch" copy={text}>
      <div className="max-h-96 overflow-auto pb-1 font-mono text-xs leading-5">
        {lines.map(({ line, key }) => (
          <div
            key={key}
            className={cn(
              "whitespace-pre-wrap px-3 [overflow-wrap:anywhere]",
              line.startsWith("***") ? "font-medium text-fg" : line.startsWith("@@") && "text-faint",
              line.startsWith("+") && "bg-success-soft",
              line.startsWith("-") && "bg-danger-soft",
            )}
          >
            {line === "" ? " " : line}
          </div>
        ))}
      </div>
    </LabelledBlock>
  );
}

const marks = {
  completed: { icon: CircleCheck, look: "text-success", says: "done" },
  in_progress: { icon: CircleDot, look: "text-accent", says: "in progress" },
  cancelled: { icon: CircleMinus, look: "text-faint", says: "cancelled" },
  pending: { icon: CircleDashed, look: "text-faint", says: "to do" },
} as const;

function TodoItems({ todos }: { todos: readonly z.infer<typeof todoSchema>[] }) {
  const keyed = todos.map((todo, index) => ({ ...todo, key: `todo-${index}` }));
  return (
    <ul className="space-y-1 px-3 py-2">
      {keyed.map(({ content, status, priority, key }) => {
        const { icon: Icon, look, says } = marks[status];
        return (
          <li key={key} className="flex items-start gap-2">
            <Icon aria-label={says} className={cn("mt-0.5 size-4 shrink-0", look)} />
            <span
              className={cn("[overflow-wrap:anywhere]", (status === "completed" || status === "cancelled") && "text-faint line-through")}
            >
              {content}
            </span>
            {priority === "high" ? <span className="text-danger text-xs leading-5">high</span> : null}
          </li>
        );
      })}
    </ul>
  );
}

const flatInput = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** A line each of what is plain; JSON of what is not. */
function inputText(input: unknown): string {
  const flat = flatInput.safeParse(input);
  if (flat.success && Object.keys(flat.data).length > 0) {
    return Object.entries(flat.data)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n");
  }
  return typeof input === "string" ? input : (JSON.stringify(input, null, 2) ?? "");
}

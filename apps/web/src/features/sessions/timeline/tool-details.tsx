import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import type { ReactNode } from "react";
import { z } from "zod";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { DecisionLine } from "./decision-line.tsx";
import { LineChangeView } from "./line-change-view.tsx";

const editInput = z.object({ oldString: z.string(), newString: z.string() });
const writeInput = z.object({ content: z.string() });
const bashInput = z.object({ command: z.string() });
const cutMetadata = z.object({ truncated: z.literal(true), outputFile: z.string().nullable().optional() });

/** Everything about one call: what it was given, what came back, and what allowed it. */
export function ToolDetails({ part }: { part: ToolPart }) {
  const cut = cutMetadata.safeParse(part.metadata);
  return (
    <div className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface text-sm">
      <ToolInput part={part} />
      {part.error ? <p className="break-words bg-danger-soft px-3 py-2 text-danger">{part.error}</p> : null}
      {part.output !== "" && part.output !== part.error ? (
        <Block label="Output" copy={part.output}>
          <pre className="max-h-96 overflow-auto px-3 pb-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
            {part.output}
          </pre>
          {cut.success ? (
            <p className="px-3 pb-2 text-faint text-xs">
              Cut in the middle.{cut.data.outputFile ? ` The whole is in the sandbox: ${cut.data.outputFile}` : ""}
            </p>
          ) : null}
        </Block>
      ) : null}
      <DecisionLine part={part} />
    </div>
  );
}

function ToolInput({ part }: { part: ToolPart }) {
  const edit = editInput.safeParse(part.input);
  if (edit.success) return <LineChangeView before={edit.data.oldString} after={edit.data.newString} />;
  const write = writeInput.safeParse(part.input);
  if (write.success) return <LineChangeView before="" after={write.data.content} />;
  const bash = bashInput.safeParse(part.input);
  const text = bash.success ? bash.data.command : inputText(part.input);
  return (
    <Block label={bash.success ? "Command" : "Input"} copy={text}>
      <pre className="max-h-60 overflow-auto px-3 pb-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text}
      </pre>
    </Block>
  );
}

function inputText(input: unknown): string {
  return typeof input === "string" ? input : (JSON.stringify(input, null, 2) ?? "");
}

function Block({ label, copy, children }: { label: string; copy: string; children: ReactNode }) {
  return (
    <div>
      <div className="flex items-center justify-between pt-0.5 pr-1 pl-3">
        <span className="text-faint text-xs">{label}</span>
        <CopyButton text={copy} label={`Copy ${label.toLowerCase()}`} />
      </div>
      {children}
    </div>
  );
}

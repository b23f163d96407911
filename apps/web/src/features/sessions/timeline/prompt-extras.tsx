import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { Bot, FileText, FileX, Slash } from "lucide-react";
import { Badge } from "../../../ui/badge.tsx";
import { SessionImages } from "../images/session-images.tsx";

/** What a prompt came with besides its text. */
export interface PromptExtras {
  readonly parts: readonly Part[];
}

/** Under a prompt: its pictures, chips of the files and agents that it names, and what its command became. */
export function PromptExtrasView({ parts }: PromptExtras) {
  const expanded = parts.find((part) => part.type === "text" && part.expanded !== undefined);
  const chips = parts.filter((part) => part.type === "file" || part.type === "agent" || part.type === "subtask");
  const pictures = parts.filter((part) => part.type === "image");
  if (!expanded && chips.length === 0 && pictures.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-1.5">
      {pictures.length > 0 ? (
        <div className="flex w-full flex-wrap gap-2" data-testid="prompt-images">
          {pictures.map(({ id, ...picture }) => (
            <SessionImages key={id} partId={id} images={[picture]} />
          ))}
        </div>
      ) : null}
      {chips.map((part) => (
        <Chip key={part.id} part={part} />
      ))}
      {expanded?.type === "text" ? (
        <details className="w-full text-xs">
          <summary className="inline-flex cursor-pointer items-center gap-1 text-faint hover:text-fg">
            <Slash aria-hidden className="size-3" /> What the agent was sent
          </summary>
          <p className="mt-1 max-h-60 overflow-y-auto whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">{expanded.expanded}</p>
        </details>
      ) : null}
    </div>
  );
}

function Chip({ part }: { part: Part }) {
  if (part.type === "agent" || part.type === "subtask") {
    return (
      <Badge tone="accent">
        <Bot aria-hidden />
        {part.type === "agent" ? part.name : part.agent}
      </Badge>
    );
  }
  if (part.type !== "file") return null;
  const missing = part.state === "missing";
  return (
    <Badge
      tone={missing ? "danger" : "neutral"}
      title={missing ? "There is no such text file in the workspace" : part.path}
      className="max-w-full"
    >
      {missing ? <FileX aria-hidden /> : <FileText aria-hidden />}
      <span className="truncate font-mono">{part.path}</span>
      {part.truncated ? " (cut)" : ""}
    </Badge>
  );
}

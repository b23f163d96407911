import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { ChevronRight } from "lucide-react";
import { formatCount } from "../../../ui/format-count.ts";
import { Markdown } from "../../../ui/markdown.tsx";

const reasons = { full: "the context was nearly full", manual: "as you asked", overflow: "the model's context was full" } as const;

/** Where the conversation was shortened, how much it saved, and what the model is told of what stood before. */
export function CompactionLine({ part }: { part: Extract<Part, { type: "compaction" }> }) {
  if (part.state === "running") {
    return <p className="my-3 animate-breathe text-muted text-sm">Summing up what was said so far…</p>;
  }
  if (part.state === "failed") {
    return <p className="my-3 text-sm text-warning">The conversation could not be shortened: {part.error}</p>;
  }
  const size = `${formatCount(part.beforeTokens)} → ${formatCount(part.afterTokens ?? part.beforeTokens)} tokens`;
  return (
    <details className="group my-3 border-line border-y py-2 text-sm">
      <summary className="flex cursor-pointer list-none items-center gap-2 text-muted">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90" />
        <span>
          Conversation shortened, {reasons[part.reason]}: <span className="tabular-nums">{size}</span>
        </span>
      </summary>
      {part.prunedCalls.length > 0 ? (
        <p className="mt-2 text-faint">The output of {part.prunedCalls.length} earlier calls is not sent any more.</p>
      ) : null}
      {part.summary === null ? null : (
        <div className="mt-2">
          <Markdown text={part.summary} caret={false} />
        </div>
      )}
    </details>
  );
}

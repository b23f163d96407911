import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import { memo } from "react";
import { Markdown } from "../../../ui/markdown.tsx";
import { TaskRow } from "../children/task-row.tsx";
import { CompactionLine } from "./compaction-line.tsx";
import { PatchCard } from "./patch-card.tsx";
import { ReasoningPart } from "./reasoning-part.tsx";
import { RetryLine } from "./retry-line.tsx";
import { StepEnd } from "./step-end.tsx";
import { ToolRow } from "./tool-row.tsx";

/** One part of an answer. */
export const PartView = memo(function PartView({ part }: { part: Part }) {
  switch (part.type) {
    case "text":
      return part.text.trim() === "" ? null : <Markdown text={part.text} caret={part.endedAt === null} />;
    case "reasoning":
      return <ReasoningPart text={part.text} live={part.endedAt === null} />;
    case "tool":
      return part.tool === "task" ? <TaskRow part={part} /> : <ToolRow part={part} />;
    case "step-finish":
      return <StepEnd finishReason={part.finishReason} />;
    case "retry":
      return <RetryLine part={part} />;
    case "patch":
      return <PatchCard part={part} />;
    case "compaction":
      return <CompactionLine part={part} />;
    case "notice":
      return (
        <p role="note" className="my-2 border-warning border-l-2 pl-3 text-muted text-sm">
          {part.text}
        </p>
      );
    case "step-start":
    case "file":
    case "image":
    case "agent":
    case "subtask":
      return null;
  }
});

"use client";

import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { ChevronRight, CircleSlash, CircleX } from "lucide-react";
import { memo, useState } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { LiveOutput } from "./live-output.tsx";
import { ToolDetails } from "./tool-details.tsx";
import { ToolDuration } from "./tool-duration.tsx";
import { errorsAfter } from "./tool-facts.ts";
import { type CallStanding, presentTool, standingOf, toolSubject } from "./tool-presentation.ts";

/** One call of a tool in one line; a failed one says so, and with which exit code, also while it is folded. */
export const ToolRow = memo(function ToolRow({ part }: { part: ToolPart }) {
  const [open, setOpen] = useState(false);
  const { icon: Icon, wish, doing, done } = presentTool(part.tool);
  const standing = standingOf(part);
  const failed = standing === "failed";
  const active = standing === "active";
  // Stopped before it was begun: it did nothing.
  const isWish = standing === "waiting" || (standing === "stopped" && part.startedAt === null);
  const subject = toolSubject(part);
  return (
    <div
      data-part="tool"
      data-testid="tool-row"
      data-tool={part.tool}
      data-state={failed || standing === "stopped" ? standing : part.state}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={cn(
          "group -mx-2 flex min-h-7 w-[calc(100%+1rem)] items-center gap-2 rounded-md px-2 py-0.5 text-left text-sm transition-colors hover:bg-hover",
          failed ? "text-danger" : "text-muted",
        )}
      >
        <span className="grid size-4 shrink-0 place-items-center">
          {active ? (
            <Spinner className="text-accent" />
          ) : failed ? (
            <CircleX aria-hidden className="size-4" />
          ) : standing === "stopped" ? (
            <CircleSlash aria-hidden className="size-4 text-faint" />
          ) : (
            <Icon aria-hidden className="size-4 text-faint" />
          )}
        </span>
        <span className="shrink-0">{isWish ? wish : active ? doing : done}</span>
        <span className={cn("min-w-0 flex-1 truncate font-mono text-xs", failed ? "text-danger" : "text-fg")} title={subject}>
          {subject}
        </span>
        <StateBadge part={part} standing={standing} />
        <ToolDuration startedAt={part.startedAt} endedAt={part.endedAt} />
        <ChevronRight
          aria-hidden
          className={cn(
            "size-3.5 shrink-0 text-faint transition-transform",
            open ? "rotate-90" : "opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100",
          )}
        />
      </button>
      {open ? (
        <div className="mt-1 mb-2 ml-6">
          <ToolDetails part={part} />
        </div>
      ) : active && part.output !== "" ? (
        <LiveOutput output={part.output} />
      ) : null}
    </div>
  );
});

function StateBadge({ part, standing }: { part: ToolPart; standing: CallStanding }) {
  if (standing === "waiting") return <Badge tone="warning">waits for you</Badge>;
  if (part.answer?.reply === "reject") return <Badge tone="danger">rejected</Badge>;
  if (part.decision?.action === "deny") return <Badge tone="danger">denied</Badge>;
  if (standing === "stopped") return <Badge>stopped</Badge>;
  if (standing === "failed")
    return <Badge tone="danger">{part.exitCode !== null && part.exitCode !== 0 ? `exit ${part.exitCode}` : "failed"}</Badge>;
  const errors = errorsAfter(part.metadata);
  if (errors > 0) return <Badge tone="warning">{errors === 1 ? "1 error" : `${errors} errors`}</Badge>;
  return null;
}

"use client";

import type { ChildView } from "@opencode/core/modules/sessions/children/list-children.ts";
import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { Bot, ChevronRight, CircleX, ExternalLink } from "lucide-react";
import Link from "next/link";
import { memo, useState } from "react";
import { z } from "zod";
import { Badge } from "../../../ui/badge.tsx";
import { cn } from "../../../ui/cn.ts";
import { Cost } from "../../../ui/cost.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { DecisionLine } from "../timeline/decision-line.tsx";
import { ToolDetails } from "../timeline/tool-details.tsx";
import { ToolDuration } from "../timeline/tool-duration.tsx";
import { standingOf } from "../timeline/tool-presentation.ts";
import { useChildren } from "./children-context.tsx";

const taskInput = z.object({ description: z.string(), subagent_type: z.string() }).partial().catch({});
const taskMetadata = z.object({ taskId: z.string(), agent: z.string(), steps: z.number(), costMicros: z.number() }).partial().catch({});

const overStates = new Set<string>(["completed", "failed", "aborted"]);

/** Whether a sub-agent, or one that works for it, waits for somebody's answer. */
function someoneAsks(all: readonly ChildView[], sessionId: string): boolean {
  return all.some(
    (child) =>
      (child.sessionId === sessionId && child.requests.length > 0) ||
      (child.parentSessionId === sessionId && someoneAsks(all, child.sessionId)),
  );
}

/** A sub-agent at work, in one line; unfolded, everything that it does. */
export const TaskRow = memo(function TaskRow({ part }: { part: ToolPart }) {
  const [open, setOpen] = useState(false);
  const { base } = useWorkspace();
  const { all, timelineOf } = useChildren();
  const input = taskInput.parse(part.input);
  const noted = taskMetadata.parse(part.metadata);
  const child = all.find(({ calls }) => calls.some(({ callId }) => callId === part.callId));
  const childId = noted.taskId ?? child?.sessionId;
  const standing = standingOf(part);
  const failed = standing === "failed";
  // The parent hears of it together with the others that it started at the same time.
  const isOver = overStates.has(child?.calls.find(({ callId }) => callId === part.callId)?.state ?? "");
  const active = part.endedAt === null && standing !== "waiting" && !isOver;
  const asks = childId !== undefined && someoneAsks(all, childId);
  const steps = noted.steps ?? child?.calls.find(({ callId }) => callId === part.callId)?.steps ?? 0;
  const agent = noted.agent ?? child?.agent ?? input.subagent_type ?? "sub-agent";
  return (
    <div
      data-part="task"
      data-testid="task-row"
      data-state={failed || standing === "stopped" ? standing : part.state}
      className="rounded-lg border border-line bg-surface"
    >
      <div className="flex items-center gap-1 pr-1.5">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="group flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2.5 py-1 text-left text-sm hover:bg-hover"
        >
          <span className="grid size-4 shrink-0 place-items-center">
            {active && !asks ? (
              <Spinner className="text-accent" />
            ) : failed ? (
              <CircleX aria-hidden className="size-4 text-danger" />
            ) : (
              <Bot aria-hidden className="size-4 text-faint" />
            )}
          </span>
          <Badge tone={active ? "accent" : "neutral"}>{agent}</Badge>
          <span className={cn("min-w-0 flex-1 truncate", failed && "text-danger")}>{input.description ?? part.title}</span>
          {asks ? <Badge tone="warning">asks you</Badge> : null}
          {standing === "waiting" ? <Badge tone="warning">waits for you</Badge> : null}
          {standing === "stopped" ? <Badge>stopped</Badge> : null}
          <span className="shrink-0 text-faint text-xs tabular-nums max-sm:hidden">
            {steps > 0 ? `${steps === 1 ? "1 step" : `${steps} steps`}` : ""}
            {noted.costMicros !== undefined || child ? (
              <>
                {steps > 0 ? " · " : ""}
                <Cost micros={noted.costMicros ?? child?.costMicros ?? 0} known />
              </>
            ) : null}
          </span>
          <ToolDuration startedAt={part.startedAt} endedAt={part.endedAt} />
          <ChevronRight aria-hidden className={cn("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")} />
        </button>
        {childId ? (
          <Link
            href={`${base}/sessions/${childId}`}
            aria-label={`Open the session of this sub-agent: ${input.description ?? agent}`}
            className="grid size-7 shrink-0 place-items-center rounded-md text-faint hover:bg-hover hover:text-fg"
          >
            <ExternalLink aria-hidden className="size-3.5" />
          </Link>
        ) : null}
      </div>
      {!open && active && child?.lastLine ? (
        <p className="truncate px-2.5 pb-1.5 pl-8.5 font-mono text-faint text-xs" data-testid="task-last-line">
          {child.lastLine}
        </p>
      ) : null}
      {open ? (
        <div className="space-y-3 border-line border-t px-3 py-3">
          {childId ? timelineOf(childId) : <ToolDetails part={part} />}
          {childId && failed && part.error ? <p className="break-words text-danger text-sm">{part.error}</p> : null}
          {childId ? <DecisionLine part={part} /> : null}
        </div>
      ) : null}
    </div>
  );
});

"use client";

import type { TurnView } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { CircleDashed, MessageCircleQuestionMark } from "lucide-react";
import { formatDuration } from "../../ui/format-duration.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useChildren } from "./children/children-context.tsx";

/** What the agent is doing right now, and for how long. */
export function ActivityLine({ view, turn }: { view: SessionView; turn: TurnView }) {
  const now = useNow(1_000);
  const { all } = useChildren();
  const asking = all.filter(({ requests }) => requests.length > 0).length;
  const text = asking > 0 ? subAgentsWait(asking) : activityText(view, turn);
  if (text === null) return null;
  const since = Date.parse(turn.startedAt ?? turn.createdAt);
  const tookMs = Math.floor(Math.max(0, now - since) / 1_000) * 1_000;
  return (
    <div className="flex items-center gap-2 text-muted text-sm">
      {asking > 0 ? (
        <MessageCircleQuestionMark aria-hidden className="size-4 text-warning" />
      ) : turn.state === "queued" ? (
        <CircleDashed aria-hidden className="size-4" />
      ) : (
        <Spinner className="size-4 text-accent" />
      )}
      <span role="status">{text}</span>
      {now > 0 && tookMs >= 2_000 ? <span className="text-faint text-xs tabular-nums">{formatDuration(tookMs)}</span> : null}
    </div>
  );
}

function subAgentsWait(count: number): string {
  return count === 1 ? "A sub-agent waits for your answer" : `${count} sub-agents wait for your answers`;
}

function activityText(view: SessionView, turn: TurnView): string | null {
  if (turn.state === "waiting") return null;
  if (turn.state === "queued") return "Waiting for a worker";
  const sandbox = view.sandbox?.state;
  if (sandbox === "requested" || sandbox === "creating" || sandbox === "setup") return "Preparing the sandbox";
  const last = view.parts.at(-1);
  if (last?.type === "tool" && last.state === "running") return "Running a tool";
  if (last?.type === "text" && last.endedAt === null) return "Writing";
  if (last?.type === "reasoning" && last.endedAt === null) return "Thinking";
  return "Working";
}

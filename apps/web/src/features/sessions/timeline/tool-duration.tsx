"use client";

import { formatDuration } from "../../../ui/format-duration.ts";
import { useNow } from "../../../ui/use-now.ts";

interface ToolDurationProps {
  startedAt: string | null;
  endedAt: string | null;
}

/** How long a call took, or has been going on. */
export function ToolDuration({ startedAt, endedAt }: ToolDurationProps) {
  if (startedAt === null) return null;
  if (endedAt === null) return <RunningDuration startedAt={startedAt} />;
  return <Figure durationMs={Date.parse(endedAt) - Date.parse(startedAt)} />;
}

function RunningDuration({ startedAt }: { startedAt: string }) {
  const now = useNow(1_000);
  const durationMs = now - Date.parse(startedAt);
  return durationMs >= 1_000 ? <Figure durationMs={Math.floor(durationMs / 1_000) * 1_000} /> : null;
}

function Figure({ durationMs }: { durationMs: number }) {
  return <span className="shrink-0 text-faint text-xs tabular-nums">{formatDuration(durationMs)}</span>;
}

"use client";

import type { Part } from "@opencode/core/modules/sessions/contract.ts";
import type { EngineRun, EngineStep } from "@opencode/core/platform/events/engine-run.ts";
import { useEffect, useRef } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { formatDuration } from "../../../ui/format-duration.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { ToolDuration } from "../timeline/tool-duration.tsx";
import { nameStep } from "./name-step.ts";
import { StepMark } from "./step-mark.tsx";

interface StepListProps {
  readonly run: EngineRun;
  readonly parts: readonly Part[];
  /** whether the turn is being worked on right now */
  readonly working: boolean;
  /** whether more may come: then the list keeps to its end, unless the reader has scrolled up */
  readonly active: boolean;
}

const endSlackPx = 24;
const pending = new Set<EngineStep["status"]>(["queued", "running", "waiting", "sleeping", "retrying"]);
const words: Partial<Record<EngineStep["status"], string>> = {
  queued: "queued",
  waiting: "waiting",
  sleeping: "sleeping",
  retrying: "tried again soon",
  "timed-out": "timed out",
};

/** A run's steps in their order, and what went wrong on the way. */
export function StepList({ run, parts, working, active }: StepListProps) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const { steps } = run;
  useEffect(() => {
    if (active && atEnd.current && list.current && steps.length > 0) list.current.scrollTop = list.current.scrollHeight;
  }, [steps, active]);
  const between = working && run.status === "running" && !steps.some(({ status }) => pending.has(status));
  return (
    <ol
      ref={list}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        atEnd.current = scrollTop + clientHeight > scrollHeight - endSlackPx;
      }}
      aria-label="Steps of the run"
      className="max-h-96 divide-y divide-line overflow-y-auto rounded-lg border border-line bg-surface text-sm"
    >
      {steps.map((step) => (
        <Step key={step.id} step={step} name={nameStep(step.name, parts)} />
      ))}
      {between ? (
        <li className="flex items-center gap-2 px-3 py-1.5 text-muted">
          <Spinner className="size-4 text-accent" />
          {run.detail === "steps" ? "The next step is under way" : "Under way"}
        </li>
      ) : null}
      {run.failedCalls.map((call) => (
        <li key={`${call.at}-${call.attempt}`} className="px-3 py-1.5">
          <p className="text-warning">A call of the worker failed{call.at ? ` at ${timeOfDay.format(new Date(call.at))}` : ""}</p>
          <p className="text-muted text-xs [overflow-wrap:anywhere]">{call.message}</p>
        </li>
      ))}
    </ol>
  );
}

const timeOfDay = new Intl.DateTimeFormat("en", { timeStyle: "medium" });

function Step({ step, name }: { step: EngineStep; name: string }) {
  const started = step.startedAt ? `, ${timeOfDay.format(new Date(step.startedAt))}` : "";
  const earlier = step.status === "failed" || step.status === "retrying" ? step.failures.slice(0, -1) : step.failures;
  return (
    <li className="flex gap-2 px-3 py-1.5" data-status={step.status}>
      <StepMark status={step.status} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate" title={`${step.name} (${step.kind || "step"}${started})`}>
            {name}
          </span>
          {step.attempts > 1 ? <Badge tone="warning">{step.attempts} attempts</Badge> : null}
          {words[step.status] ? <span className="shrink-0 text-muted text-xs">{words[step.status]}</span> : null}
          <StepDuration step={step} />
        </div>
        {step.error ? <p className="text-danger text-xs [overflow-wrap:anywhere]">{step.error}</p> : null}
        {earlier.map((failure) => (
          <p key={`${failure.at}-${failure.attempt}`} className="text-muted text-xs [overflow-wrap:anywhere]">
            Attempt {failure.attempt}: {failure.message}
          </p>
        ))}
      </div>
    </li>
  );
}

function StepDuration({ step }: { step: EngineStep }) {
  if (step.durationMs !== null) return <span className="shrink-0 text-faint text-xs tabular-nums">{formatDuration(step.durationMs)}</span>;
  return pending.has(step.status) && step.status !== "queued" ? <ToolDuration startedAt={step.startedAt} endedAt={null} /> : null;
}

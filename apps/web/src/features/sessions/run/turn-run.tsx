"use client";

import type { Part, TurnView } from "@opencode/core/modules/sessions/contract.ts";
import type { TurnRun as TurnRunData } from "@opencode/core/modules/sessions/get-turn-run.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { Callout } from "../../../ui/callout.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { ContextFacts } from "./context-facts.tsx";
import { StepList } from "./step-list.tsx";

const activeEveryMs = 2_000;
const troubledEveryMs = 5_000;
const activeStates = new Set<TurnView["state"]>(["queued", "running", "waiting"]);

interface TurnRunProps {
  readonly sessionId: string;
  readonly turn: TurnView;
  readonly parts: readonly Part[];
}

/** The durable run of a turn, step by step, and what the model was given; asked for again while the turn is active. */
export function TurnRun({ sessionId, turn, parts }: TurnRunProps) {
  const trpc = useTRPC();
  const isActive = activeStates.has(turn.state);
  const { data, error, isFetching, refetch } = useQuery(
    trpc.sessions.run.queryOptions(
      { sessionId, turnId: turn.id },
      {
        staleTime: 0,
        // The run ends a moment after its turn.
        refetchInterval: ({ state }) => {
          if (state.data?.problem) return troubledEveryMs;
          return isActive || state.data?.run?.status === "running" ? activeEveryMs : false;
        },
      },
    ),
  );
  const version = `${turn.state} ${turn.runId}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever the log says that the turn has changed
  useEffect(() => {
    refetch();
  }, [version, refetch]);

  if (!data) {
    if (!error) return <SkeletonRows rows={3} label="Loading the run" />;
    return <Trouble message={errorMessage(error)} busy={isFetching} onRetry={refetch} />;
  }
  return (
    <div className="space-y-3" data-testid="turn-run">
      <Steps data={data} parts={parts} working={turn.state === "running"} active={isActive} />
      {data.problem ? <Trouble message={data.problem} busy={isFetching} onRetry={refetch} /> : null}
      {data.context ? <ContextFacts context={data.context} /> : null}
    </div>
  );
}

function Steps({ data, parts, working, active }: { data: TurnRunData; parts: readonly Part[]; working: boolean; active: boolean }) {
  const { run, runId, problem, state } = data;
  if (problem) return null;
  if (runId === null) return <Note>{withoutRun(state)}</Note>;
  if (!run)
    return (
      <Note>The engine no longer has this run: it sweeps runs some days after their end. The conversation keeps all that was done.</Note>
    );
  const hasList = run.steps.length > 0 || run.failedCalls.length > 0 || (working && run.status === "running");
  return (
    <>
      {run.error ? (
        <Callout tone="danger" title="The run failed">
          {run.error}
        </Callout>
      ) : null}
      {hasList ? <StepList run={run} parts={parts} working={working} active={active} /> : null}
      {run.detail === "steps" ? null : (
        <Note>
          The run is {run.status === "unknown" ? "in a state that this page does not know" : run.status}. This engine tells no more of its
          steps; Inngest's own dashboard shows them.
        </Note>
      )}
      {run.detail === "steps" && !hasList ? (
        <Note>{run.status === "queued" ? "The run waits for its turn." : "No step has ended yet."}</Note>
      ) : null}
    </>
  );
}

function withoutRun(state: TurnView["state"]): string {
  switch (state) {
    case "queued":
      return "No run yet: the turn waits until the one before has ended and a worker is free.";
    case "running":
    case "waiting":
      return "Its run was lost, and another one takes the turn up where it stands. That needs a few seconds.";
    case "completed":
    case "failed":
    case "aborted":
      return "No run worked on this turn.";
  }
}

function Note({ children }: { children: ReactNode }) {
  return <p className="text-muted text-sm">{children}</p>;
}

function Trouble({ message, busy, onRetry }: { message: string; busy: boolean; onRetry: () => unknown }) {
  return (
    <Callout
      tone="warning"
      title="The steps can't be shown now"
      actions={
        <Button size="sm" disabled={busy} onClick={() => onRetry()}>
          Try again
        </Button>
      }
    >
      {message}
    </Callout>
  );
}

"use client";

import type { TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { CircleCheck, CircleStop, Settings } from "lucide-react";
import Link from "next/link";
import { memo } from "react";
import { Button } from "../../../ui/button.tsx";
import { Callout } from "../../../ui/callout.tsx";
import { Cost } from "../../../ui/cost.tsx";
import { formatCount } from "../../../ui/format-count.ts";
import { formatDuration } from "../../../ui/format-duration.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { useSessionActions } from "../session-actions.tsx";
import type { TurnTotals } from "./derive-timeline.ts";
import { LabelledBlock } from "./labelled-block.tsx";

/** How a turn ended: a failure with what to do about it, a stop, or how long it took. */
export const OutcomeBlock = memo(function OutcomeBlock({ turn, isLast, totals }: { turn: TurnView; isLast: boolean; totals: TurnTotals }) {
  const tookMs = turn.startedAt && turn.finishedAt ? Date.parse(turn.finishedAt) - Date.parse(turn.startedAt) : null;
  if (turn.state === "failed") return <FailedTurn turn={turn} isLast={isLast} />;
  if (turn.state === "aborted") {
    return (
      <p className="flex items-center gap-2 text-muted text-sm">
        <CircleStop aria-hidden className="size-4" />
        Stopped{tookMs === null ? "" : ` after ${formatDuration(tookMs)}`}. What was changed up to then is kept.
      </p>
    );
  }
  const output = turn.output == null ? null : JSON.stringify(turn.output, null, 2);
  return (
    <>
      {output === null ? null : (
        <div className="mb-3 overflow-hidden rounded-lg border border-line bg-surface" data-testid="turn-output">
          <LabelledBlock label="Result" copy={output}>
            <pre className="max-h-96 overflow-auto px-3 pb-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
              {output}
            </pre>
          </LabelledBlock>
        </div>
      )}
      <Summary tookMs={tookMs} totals={totals} />
    </>
  );
});

function Summary({ tookMs, totals }: { tookMs: number | null; totals: TurnTotals }) {
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 text-faint text-xs tabular-nums">
      <CircleCheck aria-hidden className="size-3.5 text-success" />
      <span>Done{tookMs === null ? "" : ` in ${formatDuration(tookMs)}`}</span>
      {totals.steps > 0 ? (
        <span>
          · {totals.steps === 1 ? "1 step" : `${totals.steps} steps`} · {formatCount(totals.inputTokens)} in,{" "}
          {formatCount(totals.outputTokens)} out · <Cost micros={totals.costMicros} known={totals.costKnown} />
        </span>
      ) : null}
    </p>
  );
}

function FailedTurn({ turn, isLast }: { turn: TurnView; isLast: boolean }) {
  const { base } = useWorkspace();
  const { retryTurn, retrying, mayWrite } = useSessionActions();
  const error = turn.error ?? {
    code: "unknown",
    message: "The turn failed, and its reason was not recorded.",
    retryable: true,
    settingsPath: null,
  };
  return (
    <Callout
      tone="danger"
      title={
        <>
          The agent could not finish <code className="ml-1 rounded bg-surface px-1 font-mono text-danger text-xs">{error.code}</code>
        </>
      }
      actions={
        <>
          {error.settingsPath ? (
            <Button asChild size="sm">
              <Link href={`${base}/${error.settingsPath.replace(/^\/+/, "")}`}>
                <Settings aria-hidden />
                Open the setting
              </Link>
            </Button>
          ) : null}
          {isLast && mayWrite ? (
            <Button size="sm" variant="primary" busy={retrying} onClick={() => retryTurn(turn.id)}>
              Retry
            </Button>
          ) : null}
        </>
      }
    >
      {error.message}
      {error.retryable ? " It may pass by itself: try again in a moment." : null}
    </Callout>
  );
}

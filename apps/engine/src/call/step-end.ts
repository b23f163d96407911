import type { StepEnd } from "../run/complete-step.ts";
import type { Op } from "./answer.ts";

const nsPerMs = 1_000_000;

/** How an operation that reports a step's end is memoised; undefined for other operations. */
export function stepEndOf(op: Op): StepEnd | undefined {
  const times = op.timing
    ? { startedMs: Math.round(op.timing.a / nsPerMs), endedMs: Math.round((op.timing.a + op.timing.b) / nsPerMs) }
    : {};
  const common = {
    id: op.id,
    op: op.op,
    name: op.displayName ?? op.name ?? op.id,
    opts: op.opts && Object.keys(op.opts).length > 0 ? JSON.stringify(op.opts) : null,
    ...times,
  };
  switch (op.op) {
    case "StepRun":
    case "Step":
      return { ...common, status: "completed", memo: `{"data":${JSON.stringify(op.data ?? null)}}` };
    case "StepError":
    case "StepFailed":
      return { ...common, status: "failed", memo: `{"error":${JSON.stringify(op.error ?? null)}}` };
    default:
      return undefined;
  }
}

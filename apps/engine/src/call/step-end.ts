import { z } from "zod";
import type { StepEnd } from "../run/complete-step.ts";
import type { Op } from "./answer.ts";

const nsPerMs = 1_000_000;
/** A timing beyond this isn't one. */
const latestNs = 1e22;

/** How an operation that reports a step's end is memoised; undefined for other operations. */
export function stepEndOf(op: Op): StepEnd | undefined {
  const times =
    op.timing && op.timing.a > 0 && op.timing.a + op.timing.b < latestNs
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
      return { ...common, status: "failed", memo: `{"error":${JSON.stringify(stepError(op.error))}}` };
    default:
      return undefined;
  }
}

/** The error of a call in which a step failed, with the step's name, for the listing of attempts; null when none failed. */
export function failedStepOf(ops: readonly Op[]): string | null {
  const failed = ops.find(({ op }) => op === "StepError" || op === "StepFailed");
  const error = z.object({ name: z.string(), message: z.string() }).safeParse(failed?.error).data;
  return failed && error ? JSON.stringify({ ...error, step: failed.displayName ?? failed.name ?? failed.id }) : null;
}

/** A step's error as the next call is told it: the four fields of an error, without the SDK's own mark. */
function stepError(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error ?? null;
  const { cause, message, name, stack } = error as Record<string, unknown>;
  return { ...(cause === undefined || cause === null ? {} : { cause }), message, name, stack };
}

import { limits } from "../../../platform/limits.ts";
import type { PlannedCall } from "./run-model-step.ts";

/** Calls in the order in which they were made: neighbours that only read go together, a call that writes goes alone. */
export function planBatches(calls: readonly PlannedCall[]): string[][] {
  const batches: string[][] = [];
  let open: string[] | null = null;
  for (const { callId, readOnly } of calls) {
    if (!readOnly) {
      batches.push([callId]);
      open = null;
    } else if (open && open.length < limits.turn.maxParallelCalls) open.push(callId);
    else {
      open = [callId];
      batches.push(open);
    }
  }
  return batches;
}

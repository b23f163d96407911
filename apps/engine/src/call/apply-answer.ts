import { retryAtMs } from "../backoff.ts";
import type { Machine } from "../machine.ts";
import { advance, dropItem, enqueueItem, recordStep } from "../run/complete-step.ts";
import { finishRun } from "../run/finish-run.ts";
import { type Item, isEnded } from "../run/run.ts";
import { type Answer, errorJson, type Op } from "./answer.ts";
import { planOp } from "./plan-op.ts";
import { stepEndOf } from "./step-end.ts";

/**
 * So often a call that found no SDK is made again as soon as the SDK is back, or when it was asked to come again. Later ones
 * keep to the schedule, so that a step that ends its process doesn't use all its attempts within seconds.
 */
const maxQuickRetries = 2;

/** Turns an answer into state: steps end, new ones are planned, the item is tried again, or the run ends. */
export function applyAnswer(machine: Machine, item: Item, answer: Answer): void {
  switch (answer.kind) {
    case "result":
      finishRun(machine, item.run, { status: "completed", output: answer.output });
      return;
    case "error": {
      const isQuick = !answer.isUnreachable || item.attempt < maxQuickRetries;
      const retryAfter = isQuick ? answer.retryAfter : undefined;
      item.waitsForSdk = (answer.isUnreachable ?? false) && isQuick && retryAfter === undefined;
      if (answer.isFinal || !retry(machine, item, retryAfter)) {
        finishRun(machine, item.run, { status: "failed", error: answer.error, raw: answer.raw });
      }
      return;
    }
    case "ops":
      applyOps(machine, item, answer.ops, answer.retryAfter, answer.isFinal);
  }
}

/** Puts the item back with one more attempt used; false when there is none left. */
function retry(machine: Machine, item: Item, retryAfter: string | undefined): boolean {
  if (item.attempt + 1 >= item.run.fn.maxAttempts) return false;
  item.dueMs = retryAtMs(item.attempt, retryAfter, machine.settings.retryIntervalMs, Date.now());
  item.attempt += 1;
  enqueueItem(machine, item);
  return true;
}

function applyOps(machine: Machine, item: Item, ops: readonly Op[], retryAfter: string | undefined, isFinal: boolean): void {
  const { run } = item;
  const failing = ops.find((op) => op.op === "StepError" && !isFinal);
  let isRace = false;
  let isOver = true;
  for (const op of ops) {
    if (isEnded(run)) return;
    if (op.opts?.parallelMode === "race") isRace = true;
    const end = op === failing ? undefined : stepEndOf(op);
    if (end) recordStep(machine, run, end);
    else if (op.op === "RunComplete") {
      finishRun(machine, run, { status: "completed", output: JSON.stringify(op.data ?? null) });
      return;
    } else if (op === failing) {
      if (retry(machine, item, retryAfter)) isOver = false;
      else {
        const failed = stepEndOf({ ...op, op: "StepFailed" });
        if (failed) recordStep(machine, run, failed);
      }
    } else if (op.op !== "DiscoveryRequest") {
      const problem = planOp(machine, run, op, ops.length > 1);
      if (problem) {
        finishRun(machine, run, { status: "failed", error: errorJson("Error", problem) });
        return;
      }
    }
  }
  if (!isOver) return;
  dropItem(machine, item);
  advance(machine, run, isRace);
}

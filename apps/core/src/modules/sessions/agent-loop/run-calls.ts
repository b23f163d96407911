import type { WriterKey } from "../event-log-repo.ts";
import { expireRequest } from "./ask-permission.ts";
import { planBatches } from "./plan-batches.ts";
import type { PlannedCall } from "./run-model-step.ts";
import { runToolCall, runToolCalls, type ToolCallResult } from "./run-tool-call.ts";
import type { Steps } from "./steps.ts";
import { updateDiff } from "./update-diff.ts";

/** Runs the calls of one message in their order; those that have to wait for somebody wait durably. */
export async function runCalls(steps: Steps, key: WriterKey, calls: readonly PlannedCall[]): Promise<"done" | "lost"> {
  for (const batch of planBatches(calls)) {
    const [first] = batch;
    if (first === undefined) continue;
    // A batch answers which of its calls have to wait for somebody.
    const left = batch.length > 1 ? await steps.run(`tools-${first}`, () => runToolCalls(key, batch)) : batch;
    if (!Array.isArray(left)) return "lost";
    for (const callId of left) {
      const result = await steps.run(`tool-${callId}`, () => runToolCall(key, callId));
      if ((await settleCall(steps, key, callId, result)) === "lost") return "lost";
    }
  }
  return "done";
}

/** Waits for what a call needs: an answer, then it is run or refused; a sub-agent, then it has its result. */
async function settleCall(steps: Steps, key: WriterKey, callId: string, first: ToolCallResult): Promise<"done" | "lost"> {
  let result = first;
  for (let round = 1; result.outcome === "ask" || result.outcome === "child"; round++) {
    if (result.outcome === "child") {
      const { messageId } = result;
      await steps.waitForChild(`child-${callId}-${round}`, callId);
      result = await steps.run(`tool-${callId}-child-${round}`, () => runToolCall(key, callId));
      // It works in the same directory: what it changed is the session's change.
      if (result.outcome === "done" && (await steps.run(`diff-${callId}`, () => updateDiff(key, messageId))).outcome === "lost")
        return "lost";
      continue;
    }
    const { requestId } = result;
    await steps.waitForAnswer(`answer-${callId}-${round}`, requestId);
    result = await steps.run(`tool-${callId}-answered-${round}`, async () => {
      const answered = await runToolCall(key, callId);
      // Woken by nothing but the time: nobody answered.
      if (answered.outcome !== "ask") return answered;
      await expireRequest(key, requestId);
      return runToolCall(key, callId);
    });
  }
  return result.outcome === "lost" ? "lost" : "done";
}

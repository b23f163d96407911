import { z } from "zod";
import { inTraceOf } from "../../platform/events/in-trace-of.ts";
import { inngest } from "../../platform/events/inngest.ts";
import type { MessageId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { expireRequest } from "./agent-loop/ask-permission.ts";
import { claimTurn } from "./agent-loop/claim-turn.ts";
import { finishTurn, releaseCrashedTurn } from "./agent-loop/finish-turn.ts";
import { releaseSandbox } from "./agent-loop/held-sandbox.ts";
import type { Lost } from "./agent-loop/hold-turn.ts";
import { planBatches } from "./agent-loop/plan-batches.ts";
import { prepareContext } from "./agent-loop/prepare-context.ts";
import { type ModelStepResult, type PlannedCall, runModelStep } from "./agent-loop/run-model-step.ts";
import { runToolCall, runToolCalls, type ToolCallResult } from "./agent-loop/run-tool-call.ts";
import { settleAbortedTurn } from "./agent-loop/settle-aborted-turn.ts";
import { updateDiff } from "./agent-loop/update-diff.ts";
import { cleanArchivedSession } from "./clean-archived-session.ts";
import { permissionAnswered, sessionArchived, type TurnError, turnAborted, turnSubmitted } from "./contract.ts";
import type { TurnKey, WriterKey } from "./event-log-repo.ts";

const stepCapError: TurnError = {
  code: "STEP_LIMIT",
  message: `The agent stopped after ${limits.turn.maxSteps} steps, the most that one turn may take. Send "go on" to let it continue.`,
  retryable: false,
  settingsPath: null,
};

interface Steps {
  run<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** resolves when the event has come, or the time is over */
  waitForAnswer(id: string, requestId: string): Promise<void>;
}

type Ending = { readonly outcome: "ended"; readonly fence: number; readonly error: TurnError | null } | Lost;

/** The turn from its first model call to its last: the loop itself; everything in it is a step that finds its place in the log again. */
async function loop(steps: Steps, key: TurnKey, runId: string, firstFence: number): Promise<Ending> {
  const context = await steps.run("context", () => prepareContext({ ...key, fence: firstFence }));
  if (context.outcome === "lost") return context;
  if (context.outcome === "failed") return { outcome: "ended", fence: firstFence, error: context.error };
  let fence = firstFence;
  for (let step = 1; step <= limits.turn.maxSteps; step++) {
    const model: ModelStepResult = await steps.run(`model-${step}`, () => runModelStep(key, runId, step));
    if (model.outcome === "lost") return model;
    fence = model.fence;
    if (model.outcome === "failed") return { outcome: "ended", fence, error: model.error };
    if (model.outcome === "stopped") return { outcome: "ended", fence, error: null };
    const writer = { ...key, fence };
    if ((await runCalls(steps, writer, model.calls)) === "lost") return { outcome: "lost" };
    if (model.calls.some((call) => !call.readOnly)) {
      const messageId: MessageId = model.messageId;
      const diff = await steps.run(`diff-${step}`, () => updateDiff(writer, messageId));
      if (diff.outcome === "lost") return diff;
    }
  }
  return { outcome: "ended", fence, error: stepCapError };
}

async function runCalls(steps: Steps, key: WriterKey, calls: readonly PlannedCall[]): Promise<"done" | "lost"> {
  for (const batch of planBatches(calls)) {
    const [first] = batch;
    if (first === undefined) continue;
    // A batch answers which of its calls have to be asked about.
    const left = batch.length > 1 ? await steps.run(`tools-${first}`, () => runToolCalls(key, batch)) : batch;
    if (!Array.isArray(left)) return "lost";
    for (const callId of left) {
      const result = await steps.run(`tool-${callId}`, () => runToolCall(key, callId));
      if ((await settleCall(steps, key, callId, result)) === "lost") return "lost";
    }
  }
  return "done";
}

/** Waits for the answer to a call that has to be asked about, and runs it or refuses it then. */
async function settleCall(steps: Steps, key: WriterKey, callId: string, first: ToolCallResult): Promise<"done" | "lost"> {
  let result = first;
  for (let round = 1; result.outcome === "ask"; round++) {
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

const failedEventSchema = z.object({ run_id: z.string(), event: z.object({ data: z.unknown() }) });

const runTurn = inngest.createFunction(
  {
    id: "sessions.run-turn",
    triggers: [{ event: turnSubmitted.name }],
    // Little is lost by a new run: every step finds its place in the log again.
    retries: 2,
    concurrency: { key: "event.data.workspaceId", limit: limits.turn.maxActivePerWorkspace },
    cancelOn: [{ event: turnAborted.name, if: "async.data.turnId == event.data.turnId" }],
    onFailure: async ({ event }) => {
      const failed = failedEventSchema.parse(event.data);
      await releaseCrashedTurn(turnSubmitted.schema.parse(failed.event.data), failed.run_id);
    },
  },
  async ({ event, step, runId }) => {
    const key: TurnKey = turnSubmitted.schema.parse(event.data);
    const steps: Steps = {
      run: async <T>(id: string, work: () => Promise<T>) => (await step.run(id, () => inTraceOf(event.data, work))) as T,
      waitForAnswer: async (id, requestId) => {
        const timeout = limits.permission.waitMs;
        await step.waitForEvent(id, { event: permissionAnswered.name, timeout, if: `async.data.requestId == "${requestId}"` });
      },
    };
    const claim = await steps.run("claim", () => claimTurn(key, runId));
    if (!claim) return "not ours";
    const ending = await loop(steps, key, runId, claim.fence);
    if (ending.outcome === "lost") return "taken over or stopped";
    await steps.run("finish", async () => {
      const { fence, error } = ending;
      await releaseSandbox(key);
      return finishTurn({ ...key, fence }, { state: error ? "failed" : "completed", error });
    });
    return ending.error ? "failed" : "completed";
  },
);

const settleAborted = inngest.createFunction(
  { id: "sessions.settle-aborted-turn", triggers: [{ event: turnAborted.name }], retries: 3 },
  async ({ event, step }) => {
    const key = turnAborted.schema.parse(event.data);
    await step.run("settle", () => inTraceOf(event.data, () => settleAbortedTurn(key)));
  },
);

const cleanArchived = inngest.createFunction(
  { id: "sessions.clean-archived-session", triggers: [{ event: sessionArchived.name }], retries: 3 },
  async ({ event, step }) => {
    const key = sessionArchived.schema.parse(event.data);
    await step.run("clean", () => inTraceOf(event.data, () => cleanArchivedSession(key)));
  },
);

/** The durable functions that the worker registers. */
export const sessionFunctions = [runTurn, settleAborted, cleanArchived];

import { z } from "zod";
import { inTraceOf } from "../../platform/events/in-trace-of.ts";
import { inngest } from "../../platform/events/inngest.ts";
import { limits } from "../../platform/limits.ts";
import { claimTurn } from "./agent-loop/claim-turn.ts";
import { finishTurn, releaseCrashedTurn } from "./agent-loop/finish-turn.ts";
import { releaseSandbox } from "./agent-loop/held-sandbox.ts";
import { runLoop } from "./agent-loop/run-loop.ts";
import { settleAbortedTurn } from "./agent-loop/settle-aborted-turn.ts";
import type { Steps } from "./agent-loop/steps.ts";
import { cleanArchivedSession } from "./clean-archived-session.ts";
import { childFinished, permissionAnswered, sessionArchived, turnAborted, turnSubmitted } from "./contract.ts";
import type { TurnKey } from "./event-log-repo.ts";

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
      waitForChild: async (id, callId) => {
        const timeout = limits.agent.childWaitMs;
        await step.waitForEvent(id, { event: childFinished.name, timeout, if: `async.data.callId == "${callId}"` });
      },
    };
    const claim = await steps.run("claim", () => claimTurn(key, runId));
    if (!claim) return "not ours";
    const ending = await runLoop(steps, key, runId, claim.fence);
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

import { z } from "zod";
import { inTraceOf } from "../../platform/events/in-trace-of.ts";
import { inngest } from "../../platform/events/inngest.ts";
import { limits } from "../../platform/limits.ts";
import { sandboxRebuildRequested } from "../sandbox/index.ts";
import { claimTurn } from "./agent-loop/claim-turn.ts";
import { releaseCrashedTurn } from "./agent-loop/finish-turn.ts";
import { LoopRun } from "./agent-loop/loop-run.ts";
import { runLoop } from "./agent-loop/run-loop.ts";
import { settleAbortedTurn } from "./agent-loop/settle-aborted-turn.ts";
import { liveSources } from "./agent-loop/step-sources.ts";
import type { Steps } from "./agent-loop/steps.ts";
import { makeTitle } from "./agents/make-title.ts";
import { cleanArchivedSession } from "./clean-archived-session.ts";
import {
  childFinished,
  permissionAnswered,
  pushRequested,
  revertRequested,
  sessionArchived,
  titleWanted,
  turnAborted,
  turnSubmitted,
} from "./contract.ts";
import type { TurnKey } from "./event-log-repo.ts";
import { failPush, runPush } from "./push/run-push.ts";
import { rebuildSandbox } from "./rebuild-sandbox.ts";
import { applyRevert, failRevert } from "./revert/apply-revert.ts";

const failedEventSchema = z.object({ run_id: z.string(), event: z.object({ data: z.unknown() }) });

const runTurn = inngest.createFunction(
  {
    id: "sessions.run-turn",
    triggers: [{ event: turnSubmitted.name }],
    // Little is lost by a new run: every step finds its place in the log again.
    retries: 2,
    // A long turn is called anew from time to time, with all that its steps answered. The engine hears of several steps
    // at once: a step that it did not hear of finds its place in the log when it comes again.
    checkpointing: {
      maxRuntime: limits.turn.maxRuntimeMs,
      bufferedSteps: limits.turn.stepsPerCheckpoint,
      maxInterval: limits.turn.checkpointEveryMs,
    },
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
    let isFresh = false;
    const claim = await steps.run("claim", () => {
      isFresh = true;
      return claimTurn(key, runId);
    });
    if (!claim) return "not ours";
    const run = new LoopRun(key, runId, isFresh ? claim.fence : null);
    return runLoop(steps, run, liveSources, claim.fence);
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

const revertFiles = inngest.createFunction(
  {
    id: "sessions.apply-revert",
    triggers: [{ event: revertRequested.name }],
    retries: 2,
    concurrency: { key: "event.data.sessionId", limit: 1 },
    onFailure: async ({ event }) => failRevert(revertRequested.schema.parse(failedEventSchema.parse(event.data).event.data)),
  },
  async ({ event, step }) => {
    const key = revertRequested.schema.parse(event.data);
    await step.run("apply", () => inTraceOf(event.data, () => applyRevert(key)));
  },
);

const nameSession = inngest.createFunction(
  { id: "sessions.name-session", triggers: [{ event: titleWanted.name }], retries: 2 },
  async ({ event, step }) => {
    const key = titleWanted.schema.parse(event.data);
    await step.run("title", () => inTraceOf(event.data, () => makeTitle(key)));
  },
);

const rebuild = inngest.createFunction(
  {
    id: "sessions.rebuild-sandbox",
    triggers: [{ event: sandboxRebuildRequested.name }],
    retries: 1,
    concurrency: { key: "event.data.sessionId", limit: 1 },
  },
  async ({ event, step }) => {
    const request = sandboxRebuildRequested.schema.parse(event.data);
    await step.run("rebuild", () => inTraceOf(event.data, () => rebuildSandbox(request)));
  },
);

const pushWork = inngest.createFunction(
  {
    id: "sessions.push",
    triggers: [{ event: pushRequested.name }],
    retries: 2,
    concurrency: { key: "event.data.sessionId", limit: 1 },
    onFailure: async ({ event }) => failPush(pushRequested.schema.parse(failedEventSchema.parse(event.data).event.data)),
  },
  async ({ event, step }) => {
    const key = pushRequested.schema.parse(event.data);
    await step.run("push", () => inTraceOf(event.data, () => runPush(key)));
  },
);

/** The durable functions that the worker registers. */
export const sessionFunctions = [runTurn, settleAborted, cleanArchived, nameSession, revertFiles, pushWork, rebuild];

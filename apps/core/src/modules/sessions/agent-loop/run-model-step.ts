import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../../platform/clock.ts";
import type { MessageId, PartId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { recordUsage } from "../../billing/index.ts";
import type { ModelEvent, ModelRequest, ProviderFailure } from "../../providers/contract.ts";
import { incompleteCall } from "../../providers/index.ts";
import { toModelTool } from "../../tools/index.ts";
import type { Part, TurnError } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { finishStep } from "../repo.ts";
import { inTime } from "./begin-in-time.ts";
import type { BeginningCall } from "./begin-known-call.ts";
import { beginModelStep, type ModelStepStart, type StepAsk, toolPartsOf } from "./begin-model-step.ts";
import { openAndCountKilled, usageIdOf } from "./count-killed.ts";
import { countLost, countUnwritten } from "./count-lost.ts";
import { failureOf, isOverflow, toTurnError } from "./describe-failure.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "./hold-turn.ts";
import type { LoopRun } from "./loop-run.ts";
import { MessageDraft } from "./message-draft.ts";
import type { StepSources } from "./step-sources.ts";
import type { TurnTools } from "./turn-tools.ts";

export interface PlannedCall {
  readonly callId: string;
  readonly readOnly: boolean;
}

export type ModelStepResult =
  | { readonly outcome: "stopped"; readonly fence: number; readonly messageId: MessageId }
  | { readonly outcome: "calls"; readonly fence: number; readonly messageId: MessageId; readonly calls: readonly PlannedCall[] }
  /** the context is (nearly) full: it has to be shortened before the step can be taken */
  | { readonly outcome: "full"; readonly fence: number; readonly reason: "full" | "overflow" }
  | { readonly outcome: "failed"; readonly fence: number; readonly error: TurnError }
  | Lost;

/** A model step as the loop wants it. */
export interface StepWish {
  readonly step: number;
  readonly ask: StepAsk;
  /** how often the context was shortened for this step already */
  readonly shortened: number;
}

interface StepStart extends ModelStepStart {
  readonly wish: StepWish;
  readonly tools: TurnTools;
  readonly contextSize: number | null;
  readonly request: ModelRequest;
}
type Finish = Extract<ModelEvent, { type: "finish" }>;

/**
 * One model call of a turn, streamed into the log. A step that was done before answers what it answered then; one that
 * died half-way is written anew. Provider failures are tried again where that makes sense, each as a visible part.
 */
export async function runModelStep(run: LoopRun, sources: StepSources, wish: StepWish): Promise<ModelStepResult> {
  const key = await run.fence();
  if (key === null) return lost;
  try {
    return await holdTurn(key, async (turn): Promise<ModelStepResult> => {
      const tools = await sources.tools(turn.key);
      const begun = await beginModelStep(turn, run, wish.step, wish.ask);
      if (!begun) return lost;
      if ("done" in begun) return planned(key.fence, begun.done, tools);
      const { start } = begun;
      const request = requestOf(start, tools, wish);
      const { contextSize, isFull } = await sources.context(turn.key, start, request);
      if (isFull && wish.shortened === 0) return { outcome: "full", fence: key.fence, reason: "full" };
      return stream(turn, { ...start, wish, tools, contextSize, request }, sources);
    });
  } catch (error) {
    run.letGo();
    throw error;
  }
}

/** What is sent; a forced summary has no tools to call. */
function requestOf({ facts, history }: ModelStepStart, tools: TurnTools, { ask }: StepWish): ModelRequest {
  const { model, context } = facts;
  const modelTools = tools.list.map(toModelTool);
  // The tools stay named, so that the provider's cache of what comes before the conversation stays good.
  const toolChoice = ask?.code === "step_limit" ? ("none" as const) : ask ? { name: "structured_output" } : undefined;
  return {
    model,
    system: context.system,
    messages: history,
    tools: modelTools,
    ...optionsOf(context.options),
    ...(toolChoice ? { toolChoice } : {}),
  };
}

function optionsOf({ temperature, topP }: ModelStepStart["facts"]["context"]["options"]) {
  return { ...(temperature === undefined ? {} : { temperature }), ...(topP === undefined ? {} : { topP }) };
}

function planned(fence: number, message: Pick<StoredMessage, "id" | "parts">, tools: TurnTools): ModelStepResult {
  const calls = toolPartsOf(message).map(({ callId, tool }) => ({
    callId,
    readOnly: tools.find(tool)?.readOnly ?? true,
  }));
  const base = { fence, messageId: message.id };
  return calls.length > 0 ? { ...base, outcome: "calls", calls } : { ...base, outcome: "stopped" };
}

async function stream(turn: HeldTurn, start: StepStart, sources: StepSources): Promise<ModelStepResult> {
  const draft = new MessageDraft(start.messageId, turn.writer, start.nextOrdinal);
  const { fence } = turn.key;
  if (start.killed.length === 0) turn.writer.push(start.opening);
  else if (!(await openAndCountKilled(turn, start.opening, start.killed, start.request))) return lost;
  for (let attempt = start.attempts + 1; ; attempt++) {
    const startedMs = systemClock.monotonicMs();
    try {
      const finish = await consume(turn, start, draft, sources);
      const durationMs = systemClock.monotonicMs() - startedMs;
      const first = await inTime(sources.begin(turn, start.tools, draft.calls));
      return await complete(turn, start, draft, { finish, durationMs, first });
    } catch (error) {
      const failure = failureOf(error);
      await countLost(turn.key, failure?.lost);
      if (turn.isLost()) return lost;
      if (!failure || turn.signal.aborted) throw error;
      if (isOverflow(failure) && start.wish.shortened === 0) {
        turn.writer.push(draft.discard());
        return { outcome: "full", fence, reason: "overflow" };
      }
      const waitMs = failure.retryAfterMs ?? limits.model.retryBaseMs * 2 ** (attempt - 1);
      if (!failure.retryable || attempt > limits.model.maxRetries || waitMs > limits.model.maxRetryWaitMs) {
        return { outcome: "failed", fence, error: toTurnError(failure, attempt) };
      }
      if (!(await announceRetry(turn, draft, failure, attempt, waitMs))) return lost;
      await sleep(waitMs, undefined, { signal: turn.signal }).catch(() => undefined);
      if (turn.isLost()) return lost;
    }
  }
}

/** Each call begins with a part in the log, by which its cost is named. */
function pushStart(turn: HeldTurn, { wish }: StepStart, draft: MessageDraft, model: string): PartId {
  const startedAt = new Date().toISOString();
  const part: Part = { ...draft.place(), type: "step-start", step: wish.step, model, startedAt };
  turn.writer.push([{ type: "part.updated", data: { part } }]);
  return part.id;
}

async function consume(turn: HeldTurn, start: StepStart, draft: MessageDraft, sources: StepSources): Promise<Finish> {
  let startId = pushStart(turn, start, draft, start.facts.model);
  for await (const event of sources.model(turn.key, start.request, turn.signal, () => usageIdOf(startId))) {
    if (event.type === "finish") return event;
    if (event.type === "switched") {
      announceSwitch(turn, draft, event);
      startId = pushStart(turn, start, draft, event.to);
      await countLost(turn.key, event.lost);
    } else draft.take(event);
  }
  throw incompleteCall();
}

/** Another model goes on: what the first one has said is taken back, and the log says why. */
function announceSwitch(turn: HeldTurn, draft: MessageDraft, { from, to, message }: Extract<ModelEvent, { type: "switched" }>): void {
  const removed = draft.discard();
  const retryAt = new Date().toISOString();
  const text = `${message} ${to} goes on in place of ${from}.`;
  const part: Part = { ...draft.place(), type: "retry", attempt: 1, code: "switched", message: text, retryAt };
  draft.keep(part.id);
  turn.writer.push([...removed, { type: "part.updated", data: { part } }]);
}

async function announceRetry(
  turn: HeldTurn,
  draft: MessageDraft,
  failure: ProviderFailure,
  attempt: number,
  waitMs: number,
): Promise<boolean> {
  const removed = draft.discard();
  const retryAt = new Date(Date.now() + waitMs).toISOString();
  const part = { ...draft.place(), type: "retry" as const, attempt, code: failure.code, message: failure.message, retryAt };
  const isWritten = await turn.writer.write([...removed, { type: "part.updated", data: { part } }]);
  // It stays when the next attempt is taken back.
  draft.keep(part.id);
  return isWritten;
}

interface Ending {
  readonly finish: Finish;
  readonly durationMs: number;
  /** the call that begins with the message's end */
  readonly first: BeginningCall | null;
}

async function complete(
  turn: HeldTurn,
  start: StepStart,
  draft: MessageDraft,
  { finish, durationMs, first }: Ending,
): Promise<ModelStepResult> {
  const { usage, costMicros, reason, reservationId, usageId, modelId, priceKnown = true } = finish;
  const { step } = start.wish;
  const ended = draft.endText();
  const last: Part = {
    ...draft.place(),
    type: "step-finish",
    step,
    finishReason: draft.isEmpty && (reason === "stop" || reason === "other") ? "empty" : reason,
    ...usage,
    contextSize: start.contextSize,
    costMicros,
    durationMs: Math.round(durationMs),
  };
  const { workspaceId, sessionId, turnId, fence } = turn.key;
  const use = {
    workspaceId,
    sessionId,
    turnId,
    model: modelId ?? start.facts.model,
    ...usage,
    costMicros,
    priceKnown,
    ...(reservationId === undefined ? {} : { reservationId }),
    ...(usageId === undefined ? {} : { id: usageId }),
  };
  const isWritten = await turn.writer.write([...ended, { type: "part.updated", data: { part: last } }], null, async (change) => {
    const done = await finishStep(change.tx, turn.key, { step, messageId: start.messageId, ...usage, costMicros }, change.now);
    if (done === null) return null;
    await recordUsage(change.tx, use);
    const begun = first?.confirm(done.rules);
    return [{ type: "session.updated", data: done.totals }, ...(begun ? [{ type: "part.updated" as const, data: { part: begun } }] : [])];
  });
  if (isWritten) first?.commit();
  if (isWritten) return planned(fence, { id: start.messageId, parts: draft.calls }, start.tools);
  await countUnwritten(turn.key, use);
  return lost;
}

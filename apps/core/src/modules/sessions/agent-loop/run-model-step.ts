import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../../platform/clock.ts";
import { AppError } from "../../../platform/errors.ts";
import type { MessageId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { recordUsage } from "../../billing/index.ts";
import type { ModelEvent, ProviderFailure } from "../../providers/contract.ts";
import { ProviderError, streamModel } from "../../providers/index.ts";
import type { TurnError } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { finishMessage, type StoredMessage } from "../message-repo.ts";
import { addUsage } from "../repo.ts";
import { beginModelStep, type ModelStepStart, toolPartsOf } from "./begin-model-step.ts";
import { takeFence } from "./claim-turn.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "./hold-turn.ts";
import { MessageDraft } from "./message-draft.ts";
import { type TurnTools, turnTools } from "./turn-tools.ts";

export interface PlannedCall {
  readonly callId: string;
  readonly readOnly: boolean;
}

export type ModelStepResult =
  | { readonly outcome: "stopped"; readonly fence: number; readonly messageId: MessageId }
  | { readonly outcome: "calls"; readonly fence: number; readonly messageId: MessageId; readonly calls: readonly PlannedCall[] }
  | { readonly outcome: "failed"; readonly fence: number; readonly error: TurnError }
  | Lost;

type StepStart = ModelStepStart & { readonly tools: TurnTools };
type Finish = Extract<ModelEvent, { type: "finish" }>;

/**
 * One model call of a turn, streamed into the log. A step that was done before answers what it answered then; one that
 * died half-way is written anew. Provider failures are tried again where that makes sense, each as a visible part.
 */
export async function runModelStep(key: TurnKey, runId: string, step: number): Promise<ModelStepResult> {
  const fence = await takeFence(key, runId);
  if (fence === null) return lost;
  return holdTurn({ ...key, fence }, async (turn): Promise<ModelStepResult> => {
    const tools = await turnTools(turn.key);
    const begun = await beginModelStep(turn.key, step, tools);
    if (!begun) return lost;
    if ("done" in begun) return planned(fence, begun.done, tools);
    return stream(turn, { ...begun.start, tools }, step);
  });
}

function planned(fence: number, message: Pick<StoredMessage, "id" | "parts">, tools: TurnTools): ModelStepResult {
  const calls = toolPartsOf(message).map(({ callId, tool }) => ({
    callId,
    readOnly: tools.find(tool)?.readOnly ?? true,
  }));
  const base = { fence, messageId: message.id };
  return calls.length > 0 ? { ...base, outcome: "calls", calls } : { ...base, outcome: "stopped" };
}

async function stream(turn: HeldTurn, start: StepStart, step: number): Promise<ModelStepResult> {
  const draft = new MessageDraft(start.messageId, turn.writer, start.nextOrdinal);
  for (let attempt = start.attempts + 1; ; attempt++) {
    const startedMs = systemClock.monotonicMs();
    try {
      const startedAt = new Date().toISOString();
      turn.writer.push([
        { type: "part.updated", data: { part: { ...draft.place(), type: "step-start", step, model: start.model, startedAt } } },
      ]);
      const finish = await consume(turn, start, draft);
      return await complete(turn, start, step, draft, finish, systemClock.monotonicMs() - startedMs);
    } catch (error) {
      if (turn.isLost()) return lost;
      const failure = failureOf(error);
      if (!failure || turn.signal.aborted) throw error;
      const waitMs = failure.retryAfterMs ?? limits.model.retryBaseMs * 2 ** (attempt - 1);
      if (!failure.retryable || attempt > limits.model.maxRetries || waitMs > limits.model.maxRetryWaitMs) {
        return { outcome: "failed", fence: turn.key.fence, error: toTurnError(failure, attempt) };
      }
      if (!(await announceRetry(turn, draft, failure, attempt, waitMs))) return lost;
      await sleep(waitMs, undefined, { signal: turn.signal }).catch(() => undefined);
      if (turn.isLost()) return lost;
    }
  }
}

async function consume(turn: HeldTurn, start: StepStart, draft: MessageDraft): Promise<Finish> {
  const request = { model: start.model, system: start.system, messages: start.history, tools: start.modelTools };
  for await (const event of streamModel({ workspaceId: turn.key.workspaceId, request, signal: turn.signal })) {
    if (event.type === "finish") return event;
    draft.take(event);
  }
  throw new ProviderError({
    code: "incomplete_stream",
    status: null,
    retryable: true,
    retryAfterMs: null,
    message: "The provider ended its answer in the middle.",
    settingsPath: null,
  });
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

async function complete(
  turn: HeldTurn,
  start: StepStart,
  step: number,
  draft: MessageDraft,
  finish: Finish,
  durationMs: number,
): Promise<ModelStepResult> {
  const { usage, costMicros, reason } = finish;
  const ended = draft.endText();
  const last = {
    ...draft.place(),
    type: "step-finish" as const,
    step,
    finishReason: reason,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    reasoningTokens: usage.reasoningTokens,
    contextSize: null,
    costMicros,
    durationMs: Math.round(durationMs),
  };
  const { workspaceId, sessionId, turnId, fence } = turn.key;
  const isWritten = await turn.writer.write([...ended, { type: "part.updated", data: { part: last } }], async (change) => {
    await finishMessage(change.tx, turn.key, start.messageId, change.now);
    await recordUsage(change.tx, { workspaceId, sessionId, turnId, model: start.model, ...usage, costMicros });
    const totals = await addUsage(change.tx, turn.key, { step, ...usage, costMicros });
    await change.append([{ type: "session.updated", data: totals }]);
  });
  return isWritten ? planned(fence, { id: start.messageId, parts: draft.calls }, start.tools) : lost;
}

function failureOf(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderError) return error.failure;
  // The workspace has no such model any more: its key was revoked, or its server is gone.
  if (error instanceof AppError && error.code === "BAD_REQUEST") {
    const base = { status: null, retryable: false, retryAfterMs: null } as const;
    return { ...base, code: "model_unavailable", message: error.message, settingsPath: "settings/providers" };
  }
  return null;
}

function toTurnError(failure: ProviderFailure, attempts: number): TurnError {
  const tried = attempts > 1 ? ` Tried ${attempts} times.` : "";
  return { code: failure.code, message: `${failure.message}${tried}`, retryable: failure.retryable, settingsPath: failure.settingsPath };
}

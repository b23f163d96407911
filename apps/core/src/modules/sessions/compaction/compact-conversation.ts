import { newId } from "../../../platform/ids.ts";
import { type RecordedUsage, recordUsage } from "../../billing/index.ts";
import type { ModelEvent, ModelRequest } from "../../providers/contract.ts";
import { incompleteCall } from "../../providers/index.ts";
import { toModelTool } from "../../tools/index.ts";
import { isComplete } from "../agent-loop/begin-model-step.ts";
import { buildHistory } from "../agent-loop/build-history.ts";
import { countLost, countUnwritten } from "../agent-loop/count-lost.ts";
import { failureOf, isOverflow, toTurnError } from "../agent-loop/describe-failure.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "../agent-loop/hold-turn.ts";
import type { LoopRun, TurnFacts } from "../agent-loop/loop-run.ts";
import { modelFacts } from "../agent-loop/model-facts.ts";
import type { StepSources } from "../agent-loop/step-sources.ts";
import { compactionPrompt } from "../agents/builtin-prompts.ts";
import type { TurnError } from "../contract.ts";
import { contextUse } from "../history/context-use.ts";
import type { StoredMessage } from "../message-repo.ts";
import { finishStep } from "../repo.ts";
import type { CompactionPart } from "./compacted-messages.ts";
import { transcriptOf } from "./transcript-of.ts";

export type CompactionResult =
  | { readonly outcome: "done"; readonly fence: number }
  | { readonly outcome: "failed"; readonly fence: number; readonly error: TurnError }
  | Lost;

interface CompactionWish {
  readonly reason: CompactionPart["reason"];
  /** the step that waits for it */
  readonly step: number;
}

/** A model without a known size is thought to take as much as most do. */
const usualContextTokens = 128_000;
const goalShare = 0.5;
const tailShare = 0.25;

/**
 * Shortens the conversation: a part of the log that says from then on what of it is sent. A step of its own: one that
 * died half-way is done anew in the same message, one that was done answers at once.
 */
export async function compactConversation(run: LoopRun, sources: StepSources, wish: CompactionWish): Promise<CompactionResult> {
  const key = await run.fence();
  if (key === null) return lost;
  try {
    return await holdTurn(key, (turn) => compact(turn, run, sources, wish));
  } catch (error) {
    run.letGo();
    throw error;
  }
}

async function compact(turn: HeldTurn, run: LoopRun, sources: StepSources, wish: CompactionWish): Promise<CompactionResult> {
  const { key, writer } = turn;
  const [facts, log] = [await run.facts(), await run.log()];
  const all = log.messagesUpTo(facts.ordinal);
  const place = findPlace(all, turn, wish.step);
  if (place.isDone) return { outcome: "done", fence: key.fence };
  const messages = all.filter(({ id }) => id !== place.half?.id);
  const measure = await newMeasure(turn, facts, sources);
  const before = measure(messages);
  const part = opening(place.half, wish.reason, before.tokens);
  const message = { id: part.messageId, turnId: key.turnId, role: "assistant" as const, createdAt: part.startedAt };
  const isWritten = await writer.write([
    ...(place.half ? [] : [{ type: "message.created" as const, data: { message } }]),
    { type: "part.updated", data: { part } },
  ]);
  if (!isWritten) return lost;
  const size = before.contextTokens ?? usualContextTokens;
  const { compaction } = facts.context;
  const plan = sources.plan(messages, {
    goalTokens: size * goalShare,
    usedTokens: before.tokens,
    charsPerToken: before.charsPerToken,
    prune: compaction?.prune ?? true,
    tailTurns: compaction?.tailTurns ?? 2,
    tailTokens: size * tailShare,
  });
  // Who asks for it by hand wants a summary, not only less output.
  const head = plan.summarise?.head ?? (wish.reason === "manual" ? messages : null);
  const planned: CompactionPart = { ...part, prunedCalls: [...plan.prunedCalls], tailFrom: plan.summarise?.tailFrom ?? null };
  if (head === null) return end(turn, messages, measure, { part: planned, wish, use: null });
  try {
    const { text, finish } = await summarise(turn, facts, head, sources, size * before.charsPerToken);
    const use = usageOf(turn, facts, finish);
    if (text === "") return await endWithout(turn, planned, use);
    return await end(turn, messages, measure, { part: { ...planned, summary: text }, wish, use });
  } catch (error) {
    return fail(turn, planned, error);
  }
}

/** The message of this step's compaction, if there is one, and whether it is through. */
function findPlace(messages: readonly StoredMessage[], { key }: HeldTurn, step: number) {
  const own = messages.filter(({ turnId, role }) => turnId === key.turnId && role === "assistant");
  // A compaction belongs to the step that comes after it: one before an earlier step's message is not this one.
  const since = step <= 1 ? -1 : own.findIndex((message) => message === own.filter(isComplete)[step - 2]);
  const found = own.slice(since + 1).find(({ parts }) => parts.some(({ type }) => type === "compaction"));
  const isDone = found?.parts.some((part) => part.type === "compaction" && part.state === "completed") ?? false;
  return { half: isDone ? undefined : found, isDone };
}

function opening(half: StoredMessage | undefined, reason: CompactionPart["reason"], beforeTokens: number): CompactionPart {
  const known = half?.parts.find((part) => part.type === "compaction");
  return {
    id: known?.id ?? newId("part"),
    messageId: half?.id ?? newId("message"),
    ordinal: 0,
    type: "compaction",
    reason,
    state: "running",
    beforeTokens,
    afterTokens: null,
    prunedCalls: [],
    summary: null,
    tailFrom: null,
    error: null,
    startedAt: new Date().toISOString(),
    endedAt: null,
  };
}

type Measure = (messages: readonly StoredMessage[]) => ReturnType<typeof contextUse> & { readonly contextTokens: number | null };

/** What it needs is read once: nothing that may fail stands between a summary that is paid for and the log. */
async function newMeasure({ key }: HeldTurn, facts: TurnFacts, sources: StepSources): Promise<Measure> {
  const tools = (await sources.tools(key)).list.map(toModelTool);
  const { contextTokens } = await modelFacts(key.workspaceId, facts.model);
  const { system } = facts.context;
  return (messages) => ({ ...contextUse(messages, { system, tools, messages: buildHistory(messages) }), contextTokens });
}

const askForSummary = "Sum up the conversation above as you were told. Answer with the summary only.";

type Finish = Extract<ModelEvent, { type: "finish" }>;

/** An empty text is an answer too: it was paid for. */
async function summarise(
  turn: HeldTurn,
  facts: TurnFacts,
  head: readonly StoredMessage[],
  sources: StepSources,
  maxChars: number,
): Promise<{ text: string; finish: Finish }> {
  let text = "";
  const transcript = transcriptOf(head, Math.floor(maxChars * 0.7));
  const request: ModelRequest = {
    model: facts.model,
    system: compactionPrompt,
    messages: [{ role: "user", content: [{ type: "text", text: `${transcript}\n\n${askForSummary}` }] }],
    tools: [],
  };
  for await (const event of sources.model(turn.key, request, turn.signal)) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "switched") {
      text = "";
      await countLost(turn.key, event.lost);
    }
    if (event.type === "finish") return { text: text.trim(), finish: event };
  }
  throw incompleteCall();
}

function usageOf({ key }: HeldTurn, facts: TurnFacts, finish: Finish): RecordedUsage {
  const { workspaceId, sessionId, turnId } = key;
  const { usage, costMicros, reservationId, modelId = facts.model, priceKnown = true } = finish;
  const reserved = reservationId === undefined ? {} : { reservationId };
  return { workspaceId, sessionId, turnId, model: modelId, ...usage, costMicros, priceKnown, ...reserved };
}

interface Ended {
  readonly part: CompactionPart;
  readonly wish: CompactionWish;
  /** what the summary has cost; null where none was needed */
  readonly use: RecordedUsage | null;
}

async function end(
  turn: HeldTurn,
  messages: readonly StoredMessage[],
  measure: Measure,
  { part, wish, use }: Ended,
): Promise<CompactionResult> {
  const ended: CompactionPart = { ...part, state: "completed", endedAt: new Date().toISOString() };
  const { key } = turn;
  const own: StoredMessage = { id: part.messageId, turnId: key.turnId, role: "assistant", finishedAt: null, parts: [ended] };
  const done: CompactionPart = { ...ended, afterTokens: measure([...messages, own]).tokens };
  const isWritten = await turn.writer.write([{ type: "part.updated", data: { part: done } }], null, async (change) => {
    const spent = use ?? { ...nothing, costMicros: 0 };
    const finished = await finishStep(change.tx, key, { ...spent, step: wish.step - 1, messageId: part.messageId }, change.now);
    if (finished === null) return null;
    if (use) await recordUsage(change.tx, use);
    return [{ type: "session.updated", data: finished.totals }];
  });
  if (isWritten) return { outcome: "done", fence: key.fence };
  if (use) await countUnwritten(key, use);
  return lost;
}

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

/** A model that thinks may spend its whole answer on it: another try would most likely cost the same again. */
async function endWithout(turn: HeldTurn, part: CompactionPart, use: RecordedUsage): Promise<CompactionResult> {
  await countUnwritten(turn.key, use);
  const message = "The model answered without a summary, so the conversation was not shortened. Try again, or take another model.";
  return endFailed(turn, part, { code: "empty_summary", message, retryable: true, settingsPath: null });
}

async function fail(turn: HeldTurn, part: CompactionPart, error: unknown): Promise<CompactionResult> {
  const failure = failureOf(error);
  await countLost(turn.key, failure?.lost);
  if (turn.isLost()) return lost;
  if (!failure || turn.signal.aborted) throw error;
  // What may pass is tried again by the engine, later and later.
  if (failure.retryable && !isOverflow(failure)) throw error;
  return endFailed(turn, part, toTurnError(failure, 1));
}

async function endFailed(turn: HeldTurn, part: CompactionPart, error: TurnError): Promise<CompactionResult> {
  const ended: CompactionPart = { ...part, state: "failed", error: error.message, endedAt: new Date().toISOString() };
  if (!(await turn.writer.write([{ type: "part.updated", data: { part: ended } }]))) return lost;
  return { outcome: "failed", fence: turn.key.fence, error };
}

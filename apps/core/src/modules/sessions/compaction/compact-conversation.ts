import { newId } from "../../../platform/ids.ts";
import { recordUsage } from "../../billing/index.ts";
import type { ModelEvent, ModelRequest } from "../../providers/contract.ts";
import { toModelTool } from "../../tools/index.ts";
import { isComplete } from "../agent-loop/begin-model-step.ts";
import { buildHistory } from "../agent-loop/build-history.ts";
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
  const before = await measure(turn, facts, messages, sources);
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
  if (head === null) return end(turn, facts, messages, sources, { part: planned, wish, finish: null });
  try {
    const { text, finish } = await summarise(turn, facts, head, sources, size * before.charsPerToken);
    return await end(turn, facts, messages, sources, { part: { ...planned, summary: text }, wish, finish });
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

async function measure({ key }: HeldTurn, facts: TurnFacts, messages: readonly StoredMessage[], sources: StepSources) {
  const tools = (await sources.tools(key)).list.map(toModelTool);
  const { contextTokens } = await modelFacts(key.workspaceId, facts.model);
  const use = contextUse(messages, { system: facts.context.system, tools, messages: buildHistory(messages) });
  return { ...use, contextTokens };
}

const longestOutput = 2_000;
const askForSummary = "Sum up the conversation above as you were told. Answer with the summary only.";

async function summarise(
  turn: HeldTurn,
  facts: TurnFacts,
  head: readonly StoredMessage[],
  sources: StepSources,
  maxChars: number,
): Promise<{ text: string; finish: Extract<ModelEvent, { type: "finish" }> }> {
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
    if (event.type === "switched") text = "";
    if (event.type !== "finish") continue;
    if (text.trim() === "") throw new Error("the model answered without a summary");
    return { text: text.trim(), finish: event };
  }
  throw new Error("the provider ended its answer in the middle");
}

/**
 * What is to be summed up, as one text: it is read, not gone on with. Where it is too long the oldest goes, but for the
 * very first, which is an earlier summary or the first prompt.
 */
function transcriptOf(head: readonly StoredMessage[], maxChars: number): string {
  const lines = buildHistory(head).flatMap(({ role, content }) =>
    content.map((entry) => {
      if (entry.type === "text") return `<${role}>\n${entry.text}\n</${role}>`;
      if (entry.type === "tool-call") return `<call tool="${entry.name}">\n${shorten(JSON.stringify(entry.input))}\n</call>`;
      return entry.type === "tool-result" ? `<result>\n${shorten(entry.output)}\n</result>` : "";
    }),
  );
  const [first = "", ...later] = lines.filter((text) => text !== "");
  // A summary stands at the end of what is sent in its place.
  const opening = first.length > maxChars / 2 ? `[…]\n${first.slice(-maxChars / 2)}` : first;
  let left = maxChars - opening.length;
  const kept: string[] = [];
  for (const line of later.toReversed()) {
    left -= line.length;
    if (left < 0) break;
    kept.unshift(line);
  }
  const gap = kept.length < later.length ? ["[what was said in between is left out]"] : [];
  return `<conversation>\n${[opening, ...gap, ...kept].join("\n")}\n</conversation>`;
}

function shorten(text: string): string {
  if (text.length <= longestOutput) return text;
  return `${text.slice(0, longestOutput / 2)}\n[…]\n${text.slice(-longestOutput / 2)}`;
}

interface Ended {
  readonly part: CompactionPart;
  readonly wish: CompactionWish;
  readonly finish: Extract<ModelEvent, { type: "finish" }> | null;
}

async function end(
  turn: HeldTurn,
  facts: TurnFacts,
  messages: readonly StoredMessage[],
  sources: StepSources,
  { part, wish, finish }: Ended,
): Promise<CompactionResult> {
  const ended: CompactionPart = { ...part, state: "completed", endedAt: new Date().toISOString() };
  const { key } = turn;
  const own: StoredMessage = { id: part.messageId, turnId: key.turnId, role: "assistant", finishedAt: null, parts: [ended] };
  const after = await measure(turn, facts, [...messages, own], sources);
  const done: CompactionPart = { ...ended, afterTokens: after.tokens };
  const isWritten = await turn.writer.write([{ type: "part.updated", data: { part: done } }], null, async (change) => {
    const { usage, costMicros, reservationId, priceKnown = true } = finish ?? { usage: nothing, costMicros: 0 };
    const step = await finishStep(change.tx, key, { step: wish.step - 1, messageId: part.messageId, ...usage, costMicros }, change.now);
    if (step === null) return null;
    const { workspaceId, sessionId, turnId } = key;
    const use = { workspaceId, sessionId, turnId, model: finish?.modelId ?? facts.model, ...usage, costMicros, priceKnown };
    if (finish) await recordUsage(change.tx, { ...use, ...(reservationId === undefined ? {} : { reservationId }) });
    return [{ type: "session.updated", data: step.totals }];
  });
  return isWritten ? { outcome: "done", fence: key.fence } : lost;
}

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

async function fail(turn: HeldTurn, part: CompactionPart, error: unknown): Promise<CompactionResult> {
  if (turn.isLost()) return lost;
  const failure = failureOf(error);
  if (!failure || turn.signal.aborted) throw error;
  // What may pass is tried again by the engine, later and later.
  if (failure.retryable && !isOverflow(failure)) throw error;
  const ended: CompactionPart = { ...part, state: "failed", error: failure.message, endedAt: new Date().toISOString() };
  if (!(await turn.writer.write([{ type: "part.updated", data: { part: ended } }]))) return lost;
  return { outcome: "failed", fence: turn.key.fence, error: toTurnError(failure, 1) };
}

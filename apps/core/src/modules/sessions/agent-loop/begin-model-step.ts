import { type MessageId, newId } from "../../../platform/ids.ts";
import type { ModelMessage } from "../../providers/contract.ts";
import type { Part, SessionEventBody, ToolPart } from "../contract.ts";
import type { SessionLog } from "../history/session-log.ts";
import type { StoredMessage } from "../message-repo.ts";
import { shownImages } from "../part-images/shown-images.ts";
import { takeSteers } from "../steering/take-steers.ts";
import { buildHistory } from "./build-history.ts";
import { findKilled, type KilledCall } from "./count-killed.ts";
import type { HeldTurn } from "./hold-turn.ts";
import type { LoopRun, TurnFacts } from "./loop-run.ts";

/** Why a step is not like the others: the most steps were taken, or the answer does not fit its schema yet. */
export type StepAsk = { readonly code: "step_limit" | "output_invalid"; readonly text: string } | null;

export interface ModelStepStart {
  readonly messageId: MessageId;
  readonly facts: TurnFacts;
  readonly history: readonly ModelMessage[];
  /** what the history was made of, oldest first */
  readonly messages: readonly StoredMessage[];
  /** what opens the message in the log, once it is sure that the step is taken now */
  readonly opening: readonly SessionEventBody[];
  /** the first ordinal that is free in the message */
  readonly nextOrdinal: number;
  /** calls that died before; nobody else will count them */
  readonly killed: readonly KilledCall[];
  /** retries that were made before this process began */
  readonly attempts: number;
}

/** True for a message whose model call came to its end: what it says counts, and its calls may run. */
export function isComplete(message: StoredMessage): boolean {
  return message.role === "assistant" && message.parts.some((part) => part.type === "step-finish");
}

const isCompaction = (message: StoredMessage): boolean => message.parts.some((part) => part.type === "compaction");

export const toolPartsOf = (message: Pick<StoredMessage, "parts">): ToolPart[] => message.parts.filter((part) => part.type === "tool");

/**
 * Finds the place of the turn's nth model step in the log: done already (the worker died before the engine heard),
 * half (its parts are taken back and it is written anew), or new; then what was sent to the running turn is taken first.
 * Null when the turn is not the run's any more.
 */
export async function beginModelStep(
  turn: HeldTurn,
  run: LoopRun,
  step: number,
  ask: StepAsk,
): Promise<{ done: StoredMessage } | { start: ModelStepStart } | null> {
  const [facts, log] = [await run.facts(), await run.log()];
  const done = ownMessages(log, facts, turn).filter(isComplete)[step - 1];
  if (done) return { done };
  const hasHalf = findHalf(ownMessages(log, facts, turn)).half !== undefined;
  // A message has its place in the log: what comes while it is written anew belongs after it, before the next step.
  if (!hasHalf && log.pendingSteers(turn.key.turnId).length > 0 && !(await takeSteers(turn))) return null;
  const { half, left } = findHalf(ownMessages(log, facts, turn));
  const messages = log.messagesUpTo(facts.ordinal).filter((message) => message.id !== half?.id);
  const messageId = half?.id ?? newId("message");
  const kept = (half?.parts ?? []).filter((part) => part.type === "retry");
  const firstOrdinal = Math.max(-1, ...(half?.parts ?? []).map((part) => part.ordinal)) + 1;
  const notice: Part[] = ask ? [{ id: newId("part"), messageId, ordinal: firstOrdinal, type: "notice", ...ask }] : [];
  const asked: StoredMessage[] = ask
    ? [{ id: messageId, turnId: turn.key.turnId, role: "assistant", finishedAt: null, parts: notice }]
    : [];
  return {
    start: {
      messageId,
      facts,
      history: buildHistory([...messages, ...asked], await shownImages(turn.key, messages)),
      messages,
      opening: openingEvents(turn, { half, left, messageId, notice }),
      killed: [...(half ? [half] : []), ...left].flatMap(({ parts }) => findKilled(parts)),
      nextOrdinal: firstOrdinal + notice.length,
      attempts: kept.length,
    },
  };
}

function ownMessages(log: SessionLog, { ordinal }: TurnFacts, { key }: HeldTurn): StoredMessage[] {
  return log.messagesUpTo(ordinal).filter((message) => message.turnId === key.turnId && message.role === "assistant");
}

/**
 * The message that a step which died was writing; `left` are those before the newest compaction: what is said after the
 * conversation was shortened has to stand after it.
 */
function findHalf(own: readonly StoredMessage[]): { half: StoredMessage | undefined; left: readonly StoredMessage[] } {
  const shortenedAt = own.findLastIndex(isCompaction);
  const isHalf = (message: StoredMessage) => message.finishedAt === null && !isComplete(message) && !isCompaction(message);
  return { half: own.slice(shortenedAt + 1).find(isHalf), left: own.slice(0, Math.max(0, shortenedAt)).filter(isHalf) };
}

interface Opening {
  readonly half: StoredMessage | undefined;
  readonly left: readonly StoredMessage[];
  readonly messageId: MessageId;
  readonly notice: readonly Part[];
}

function openingEvents({ key }: HeldTurn, { half, left, messageId, notice }: Opening): SessionEventBody[] {
  const stale = [...(half?.parts ?? []), ...left.flatMap(({ parts }) => parts)];
  const partIds = stale.filter((part) => part.type !== "retry").map((part) => part.id);
  const message = { id: messageId, turnId: key.turnId, role: "assistant" as const, createdAt: new Date().toISOString() };
  return [
    ...(partIds.length > 0 ? [{ type: "parts.removed" as const, data: { partIds } }] : []),
    ...(half ? [] : [{ type: "message.created" as const, data: { message } }]),
    ...notice.map((part) => ({ type: "part.updated" as const, data: { part } })),
  ];
}

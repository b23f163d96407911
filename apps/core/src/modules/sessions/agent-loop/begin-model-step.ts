import { type MessageId, newId } from "../../../platform/ids.ts";
import type { ModelMessage } from "../../providers/contract.ts";
import type { Part, SessionEventBody, ToolPart } from "../contract.ts";
import type { SessionLog } from "../history/session-log.ts";
import type { StoredMessage } from "../message-repo.ts";
import { takeSteers } from "../steering/take-steers.ts";
import { shownImages } from "../tool-images/shown-images.ts";
import { buildHistory } from "./build-history.ts";
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
  /** the first ordinal that is free in the message */
  readonly nextOrdinal: number;
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
  if (log.pendingSteers(turn.key.turnId).length > 0 && !(await takeSteers(turn))) return null;
  const half = ownMessages(log, facts, turn).find(
    (message) => message.finishedAt === null && !isComplete(message) && !isCompaction(message),
  );
  const messages = log.messagesUpTo(facts.ordinal).filter((message) => message.id !== half?.id);
  const messageId = half?.id ?? newId("message");
  const kept = (half?.parts ?? []).filter((part) => part.type === "retry");
  const firstOrdinal = Math.max(-1, ...(half?.parts ?? []).map((part) => part.ordinal)) + 1;
  const notice: Part[] = ask ? [{ id: newId("part"), messageId, ordinal: firstOrdinal, type: "notice", ...ask }] : [];
  turn.writer.push(openingEvents(turn, half, messageId, notice));
  const asked: StoredMessage[] = ask
    ? [{ id: messageId, turnId: turn.key.turnId, role: "assistant", finishedAt: null, parts: notice }]
    : [];
  return {
    start: {
      messageId,
      facts,
      history: buildHistory([...messages, ...asked], await shownImages(turn.key, messages)),
      messages,
      nextOrdinal: firstOrdinal + notice.length,
      attempts: kept.length,
    },
  };
}

function ownMessages(log: SessionLog, { ordinal }: TurnFacts, { key }: HeldTurn): StoredMessage[] {
  return log.messagesUpTo(ordinal).filter((message) => message.turnId === key.turnId && message.role === "assistant");
}

function openingEvents(
  { key }: HeldTurn,
  half: StoredMessage | undefined,
  messageId: MessageId,
  notice: readonly Part[],
): SessionEventBody[] {
  const partIds = (half?.parts ?? []).filter((part) => part.type !== "retry").map((part) => part.id);
  const message = { id: messageId, turnId: key.turnId, role: "assistant" as const, createdAt: new Date().toISOString() };
  return [
    ...(partIds.length > 0 ? [{ type: "parts.removed" as const, data: { partIds } }] : []),
    ...(half ? [] : [{ type: "message.created" as const, data: { message } }]),
    ...notice.map((part) => ({ type: "part.updated" as const, data: { part } })),
  ];
}

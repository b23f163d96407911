import { Prisma } from "../../platform/database/database.ts";
import type { SessionId, TurnId } from "../../platform/ids.ts";
import type { SessionChange } from "./change-session.ts";
import { callIdOf } from "./children/child-repo.ts";
import {
  childFinished,
  type Part,
  type SessionEventBody,
  type SessionState,
  stoppedCallError,
  type TurnError,
  turnFinished,
  turnSubmitted,
} from "./contract.ts";
import { storableJson } from "./event-encoding.ts";
import { readDeltas, type TurnKey } from "./event-log-repo.ts";
import { expireRequests, findOpenParts, finishMessages } from "./message-repo.ts";
import { findNextQueuedTurn, lockSession, toTurnView, updateSession, updateTurn } from "./repo.ts";
import { handOnSteers } from "./steering/hand-on-steers.ts";

export interface TurnEnd {
  readonly state: "completed" | "failed" | "aborted";
  readonly error: TurnError | null;
  /** the answer by the turn's schema */
  readonly output?: unknown;
}

/**
 * Ends a turn whose row the caller has locked: the fence rises, so that whoever still works on it can't write any
 * more; open parts and questions are closed; the session's state follows; the next queued turn is sent off.
 */
export async function endTurn(change: SessionChange, key: TurnKey, end: TurnEnd): Promise<void> {
  const { tx, now } = change;
  const session = { workspaceId: key.workspaceId, sessionId: key.sessionId };
  const turn = await updateTurn(tx, key, {
    state: end.state,
    fence: { increment: 1 },
    finishedAt: now,
    heartbeatAt: null,
    ...(end.error ? { error: { ...end.error } } : {}),
    ...(end.output === undefined ? {} : { output: jsonOf(end.output) }),
  });
  const left = await handOnSteers(change, key, end.state);
  const { parentSessionId, parentTurnId } = await lockSession(tx, session);
  const next = await findNextQueuedTurn(tx, session);
  const state: SessionState = next ? "queued" : end.state === "failed" ? "failed" : "idle";
  await updateSession(tx, session, { state });
  const expired = await expireRequests(tx, key, now);
  await finishMessages(tx, key, now);
  await change.append([
    ...left,
    ...(await closeOpenParts(change, key, end)),
    ...expired.map((request): SessionEventBody => ({ type: "permission.updated", data: { request } })),
    { type: "turn.updated", data: { turn: toTurnView(turn) } },
    { type: "session.updated", data: { state } },
  ]);
  await change.emit(turnFinished, { ...key, state: end.state });
  const callId = callIdOf(turn.clientRequestId);
  if (parentSessionId && parentTurnId && callId) {
    const parent = { workspaceId: key.workspaceId, sessionId: parentSessionId as SessionId, turnId: parentTurnId as TurnId };
    await change.emit(childFinished, { ...parent, callId });
  }
  if (next) await change.emit(turnSubmitted, { ...session, turnId: toTurnView(next).id });
}

/** What a part that is broken off becomes: its text so far, and for a tool an error that the model can read. */
async function closeOpenParts(change: SessionChange, key: TurnKey, end: TurnEnd): Promise<SessionEventBody[]> {
  const open = await findOpenParts(change.tx, key);
  const deltas = await readDeltas(
    change.tx,
    key,
    open.map((part) => part.id),
  );
  const gathered = new Map<string, string>();
  for (const { partId, delta } of deltas) gathered.set(partId, (gathered.get(partId) ?? "") + delta);
  const at = change.now.toISOString();
  return open.map((part) => ({ type: "part.updated", data: { part: closed(part, gathered.get(part.id) ?? "", end, at) } }));
}

function closed(part: Part, more: string, end: TurnEnd, at: string): Part {
  if (part.type === "text" || part.type === "reasoning") return { ...part, text: part.text + more, endedAt: at };
  if (part.type !== "tool") return part;
  const reason = end.state === "aborted" ? stoppedCallError : "the turn ended before this call did";
  return { ...part, state: "error", output: part.output + more, error: reason, endedAt: at };
}

function jsonOf(value: unknown): Prisma.InputJsonValue | typeof Prisma.JsonNull {
  return value === null ? Prisma.JsonNull : (JSON.parse(storableJson(value)) as Prisma.InputJsonValue);
}

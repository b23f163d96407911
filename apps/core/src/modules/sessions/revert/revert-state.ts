import { Prisma, type Tx } from "../../../platform/database/database.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { type RevertView, revertSchema, type SessionEventBody } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { findHistory, type StoredMessage } from "../message-repo.ts";
import { activeStates, countTurns, type getSessionRecord, lockSession, updateSession } from "../repo.ts";
import { planRevert, type RevertPlan, type RevertPoint } from "./plan-revert.ts";

const maxOrdinal = 2_147_483_647;

export type SessionRecord = Awaited<ReturnType<typeof getSessionRecord>>;

/** The revert that stands or is under way; null when there is none. */
export function revertOf(session: Pick<SessionRecord, "revert">): RevertView | null {
  return session.revert === null ? null : revertSchema.parse(session.revert);
}

/** Writes the session's revert; answers the event that says so. */
export async function setRevert(tx: Tx, key: SessionKey, revert: RevertView | null): Promise<SessionEventBody> {
  await updateSession(tx, key, { revert: revert === null ? Prisma.DbNull : { ...revert } });
  return { type: "session.updated", data: { revert } };
}

/** The session's row, locked, when its files may be changed by hand now. CONFLICT with the reason, NOT_FOUND for a foreign one. */
export async function lockIdleSession(tx: Tx, key: SessionKey): Promise<SessionRecord> {
  const session = await lockSession(tx, key);
  if (session.archivedAt) throw new AppError("CONFLICT", "This session is archived: its files are gone.");
  if (session.parentSessionId)
    throw new AppError("CONFLICT", "A sub-agent works in its parent's files. Revert the session that started it.");
  if ((await countTurns(tx, key, [...activeStates, "queued"])) > 0)
    throw new AppError("CONFLICT", "The agent is at work in this session. Stop it, or wait until it has finished, and revert then.");
  const state = revertOf(session)?.state;
  if (state === "applying" || state === "restoring")
    throw new AppError("CONFLICT", "The files are being put back right now. Wait a moment and try again.");
  return session;
}

/** The whole conversation as it counts, oldest first. */
export function readConversation(tx: Tx, key: SessionKey): Promise<StoredMessage[]> {
  return findHistory(tx, key, maxOrdinal);
}

/** What is behind a point; NOT_FOUND when the conversation has no such point. */
export async function requirePlan(tx: Tx, key: SessionKey, point: RevertPoint): Promise<RevertPlan> {
  const plan = planRevert(await readConversation(tx, key), point);
  if (!plan) throw notFound("The message");
  return plan;
}

/** What git needs of a session's work. CONFLICT before anything was checked out. */
export function workOf(key: SessionKey, session: SessionRecord) {
  const { baseCommit } = session;
  if (baseCommit === null) throw new AppError("CONFLICT", "The agent has not worked in this session yet: there is nothing to show.");
  return { workspaceId: key.workspaceId, sessionId: key.sessionId, repositoryId: session.repositoryId as RepositoryId, baseCommit };
}

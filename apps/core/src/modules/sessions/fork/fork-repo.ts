import type { Prisma, Tx } from "../../../platform/database/database.ts";
import type { MessageId, SessionId } from "../../../platform/ids.ts";
import { type SessionKey, sessionOf } from "../event-log-repo.ts";

/** The turns of a session as they are stored, oldest first. */
export function findTurns(tx: Tx, key: SessionKey) {
  return tx.turn.findMany({ where: sessionOf(key), orderBy: { ordinal: "asc" } });
}

export async function insertTurns(tx: Tx, rows: Prisma.TurnCreateManyInput[]): Promise<void> {
  if (rows.length > 0) await tx.turn.createMany({ data: rows });
}

/** Where a fork comes from, and what its workspace will be made of. */
export async function setForkedFrom(
  tx: Tx,
  key: SessionKey,
  data: { forkedFromSessionId: SessionId; forkedFromMessageId: MessageId | null; baseCommit: string | null; branch: string | null },
): Promise<void> {
  await tx.session.updateMany({ where: { id: key.sessionId, workspaceId: key.workspaceId }, data });
}

import type { Tx } from "../../../platform/database/database.ts";
import type { SessionId, TurnId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { callIdOf } from "../children/child-repo.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";

/** The fences and states of turns; those that are gone are left out. */
export async function readFences(tx: Tx, turnIds: readonly TurnId[]): Promise<{ id: string; fence: number; state: string }[]> {
  return tx.turn.findMany({ where: { id: { in: [...turnIds] } }, select: { id: true, fence: true, state: true } });
}

/** Says that the holders of these turns live. */
export async function beat(tx: Tx, keys: readonly WriterKey[], now: Date): Promise<void> {
  const held = keys.map(({ turnId, fence }) => ({ id: turnId, fence }));
  await tx.turn.updateMany({ where: { OR: held, state: { in: ["running", "waiting"] } }, data: { heartbeatAt: now } });
}

interface LostTurn {
  id: string;
  workspaceId: string;
  sessionId: string;
}
const toKey = (row: LostTurn): TurnKey => ({
  turnId: row.id as TurnId,
  workspaceId: row.workspaceId as WorkspaceId,
  sessionId: row.sessionId as SessionId,
});

/** Turns whose holder has not been heard of since `before`; their run's name is taken off, and one reaper gets each. */
export async function takeStaleTurns(tx: Tx, before: Date, now: Date): Promise<TurnKey[]> {
  const rows = await tx.turn.updateManyAndReturn({
    where: {
      state: "running",
      // A beat far in the future was made before the clock jumped back.
      OR: [
        { heartbeatAt: { lt: before } },
        { heartbeatAt: null },
        { heartbeatAt: { gt: new Date(now.getTime() + limits.turn.maxClockSkewMs) } },
      ],
    },
    data: { heartbeatAt: now, runId: null },
    select: { id: true, workspaceId: true, sessionId: true },
  });
  return rows.map(toKey);
}

/** Turns that should have begun: queued since before `before`, first of their session, and nothing is active in it. */
export async function takeForgottenTurns(tx: Tx, before: Date, now: Date): Promise<TurnKey[]> {
  const at = now.toISOString();
  const rows = await tx.$queryRaw<LostTurn[]>`UPDATE "Turn" t SET "heartbeatAt" = CAST(${at} AS timestamp)
    WHERE t.state = 'queued' AND t."createdAt" < CAST(${before.toISOString()} AS timestamp)
      AND (t."heartbeatAt" IS NULL OR t."heartbeatAt" < CAST(${before.toISOString()} AS timestamp))
      AND NOT EXISTS (SELECT 1 FROM "Turn" o WHERE o."workspaceId" = t."workspaceId" AND o."sessionId" = t."sessionId"
        AND (o.state IN ('running', 'waiting') OR (o.state = 'queued' AND o.ordinal < t.ordinal)))
    RETURNING t.id, t."workspaceId", t."sessionId"`;
  return rows.map(toKey);
}

/** Questions that were answered between two points of time while their turn still waits: the answer's event was missed. */
export async function findUnheardAnswers(tx: Tx, from: Date, to: Date) {
  return tx.permissionRequest.findMany({
    where: { state: { in: ["once", "always", "reject"] }, answeredAt: { gte: from, lt: to }, turn: { state: "waiting" } },
    select: { id: true, workspaceId: true, sessionId: true, turnId: true, callId: true, answeredAt: true },
  });
}

/** Sub-agents' turns that ended between two points of time while their parent's turn still waits: the news may have been missed. */
export async function findUnheardChildren(tx: Tx, from: Date, to: Date) {
  const rows = await tx.turn.findMany({
    where: {
      finishedAt: { gte: from, lt: to },
      clientRequestId: { startsWith: "task:" },
      session: { parent: { turns: { some: { state: "waiting" } } } },
    },
    select: { id: true, clientRequestId: true, session: { select: { workspaceId: true, parentSessionId: true, parentTurnId: true } } },
  });
  return rows.flatMap(({ id, clientRequestId, session: { workspaceId, parentSessionId, parentTurnId } }) => {
    const callId = callIdOf(clientRequestId);
    return callId && parentSessionId && parentTurnId ? [{ id, workspaceId, sessionId: parentSessionId, turnId: parentTurnId, callId }] : [];
  });
}

/**
 * Waiting turns that nobody waits for: their run has failed and let go of them, or what they waited for has happened
 * long ago (before `longBefore`) and the run has not gone on.
 */
export async function takeStuckWaits(tx: Tx, before: Date, longBefore: Date, now: Date): Promise<TurnKey[]> {
  const rows = await tx.$queryRaw<LostTurn[]>`UPDATE "Turn" t SET "heartbeatAt" = CAST(${now.toISOString()} AS timestamp)
    WHERE t.state = 'waiting' AND (
      (t."runId" IS NULL AND t."heartbeatAt" < CAST(${before.toISOString()} AS timestamp))
      OR ((t."heartbeatAt" IS NULL OR t."heartbeatAt" < CAST(${longBefore.toISOString()} AS timestamp))
        AND NOT EXISTS (SELECT 1 FROM "PermissionRequest" p WHERE p."workspaceId" = t."workspaceId" AND p."turnId" = t.id
          AND (p.state = 'pending' OR p."answeredAt" > CAST(${longBefore.toISOString()} AS timestamp)))
        AND NOT EXISTS (SELECT 1 FROM "Session" c JOIN "Turn" w ON w."sessionId" = c.id AND w."workspaceId" = c."workspaceId"
          WHERE c."workspaceId" = t."workspaceId" AND c."parentSessionId" = t."sessionId" AND c."parentTurnId" = t.id
          AND (w.state IN ('queued', 'running', 'waiting') OR w."finishedAt" > CAST(${longBefore.toISOString()} AS timestamp)))))
    RETURNING t.id, t."workspaceId", t."sessionId"`;
  return rows.map(toKey);
}

/** The heartbeat of a process that stops: its turns are free at once. */
export async function releaseTurn(tx: Tx, key: WriterKey): Promise<void> {
  await tx.turn.updateMany({
    where: { id: key.turnId, workspaceId: key.workspaceId, fence: key.fence, state: "running" },
    data: { heartbeatAt: new Date(0) },
  });
}

/**
 * Frees what a process of this name left behind when it died. Waiting turns as well: it may have died before the engine
 * knew what they wait for, and a new run of one whose wait does stand does no harm.
 */
export async function releaseTurnsOf(tx: Tx, holder: string): Promise<number> {
  const { count } = await tx.turn.updateMany({
    where: { state: { in: ["running", "waiting"] }, holder },
    data: { heartbeatAt: new Date(0), runId: null },
  });
  return count;
}

import { dangerouslyAcrossTenants, type Prisma, type Tx } from "../../../platform/database/database.ts";
import type { RepositoryId, SessionId, WorkspaceId } from "../../../platform/ids.ts";
import { storableJson } from "../event-encoding.ts";
import { type SessionKey, sessionOf, type TurnKey } from "../event-log-repo.ts";
import type { TurnRecord } from "../repo.ts";

/** A session's turns as they were given, oldest first. */
export async function findTurnRecords(tx: Tx, key: SessionKey) {
  return tx.turn.findMany({
    where: sessionOf(key),
    orderBy: { ordinal: "asc" },
    select: { id: true, ordinal: true, state: true, model: true, agent: true, kind: true, outputSchema: true, contextRecord: true },
  });
}

/** The workspace of a session, for a command that knows its id only; null when there is none of this id. */
export async function findSessionKey(sessionId: string): Promise<SessionKey | null> {
  const row = await dangerouslyAcrossTenants("the operator's replay names a session by its id alone", (tx) =>
    tx.session.findFirst({ where: { id: sessionId }, select: { id: true, workspaceId: true } }),
  );
  return row && { sessionId: row.id as SessionId, workspaceId: row.workspaceId as WorkspaceId };
}

/** A workspace for a replay, with a repository that its session can name. */
export async function createReplayWorkspace(tx: Tx, ids: { workspaceId: WorkspaceId; repositoryId: RepositoryId }): Promise<void> {
  const { workspaceId, repositoryId } = ids;
  await tx.workspace.create({ data: { id: workspaceId, slug: `replay-${workspaceId.slice(-12)}`, name: "Replay" } });
  const repository = { id: repositoryId, workspaceId, kind: "sample", name: "replay", state: "ready", createdById: "replay" };
  await tx.repository.create({ data: repository });
}

export async function removeReplayWorkspace(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await tx.session.deleteMany({ where: { workspaceId } });
  await tx.repository.deleteMany({ where: { workspaceId } });
  await tx.outboxEvent.deleteMany({ where: { workspaceId } });
  await tx.workspace.deleteMany({ where: { id: workspaceId } });
}

/** A turn in hand of a replay, with what it was given when it was recorded. */
export async function createReplayTurn(
  tx: Tx,
  key: TurnKey,
  given: {
    ordinal: number;
    model: string;
    agent: string | null;
    kind: string;
    outputSchema: unknown;
    context: unknown;
    runId: string;
    now: Date;
  },
): Promise<TurnRecord> {
  const { ordinal, model, agent, kind, outputSchema, context, runId, now } = given;
  return tx.turn.create({
    data: {
      id: key.turnId,
      ...sessionOf(key),
      ordinal,
      model,
      agent,
      kind,
      runId,
      state: "running",
      fence: 1,
      startedAt: now,
      heartbeatAt: now,
      contextRecord: jsonOf(context),
      ...(outputSchema === null ? {} : { outputSchema: jsonOf(outputSchema) }),
    },
  });
}

function jsonOf(value: unknown): Prisma.InputJsonValue {
  const copy: Prisma.InputJsonValue = JSON.parse(storableJson(value));
  return copy;
}

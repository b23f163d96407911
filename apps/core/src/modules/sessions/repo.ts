import type { Prisma, Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { MessageId, RepositoryId, SessionId, TurnId, WorkspaceId } from "../../platform/ids.ts";
import type { PermissionRule } from "../tools/contract.ts";
import type { Actor, TurnError, TurnState, TurnView } from "./contract.ts";
import { turnErrorSchema, turnStateSchema } from "./contract.ts";
import { type SessionKey, sessionOf, type TurnKey, type WriterKey } from "./event-log-repo.ts";
import { rulesMark } from "./permissions/policy-repo.ts";

type SessionRecord = Prisma.SessionGetPayload<object>;
export type TurnRecord = Prisma.TurnGetPayload<object>;

const sessionId = (key: SessionKey) => ({ id_workspaceId: { id: key.sessionId, workspaceId: key.workspaceId } });
const turnIdOf = (key: TurnKey) => ({ id_workspaceId: { id: key.turnId, workspaceId: key.workspaceId } });
export const activeStates: TurnState[] = ["running", "waiting"];

/** The session's row; NOT_FOUND when the workspace has none of this id. */
export async function getSessionRecord(tx: Tx, key: SessionKey): Promise<SessionRecord> {
  const row = await tx.session.findUnique({ where: sessionId(key) });
  if (!row) throw notFound("The session");
  return row;
}

/** Takes the session's row for the rest of the transaction, so that two submits, or a submit and a finish, come one after the other. */
export async function lockSession(tx: Tx, key: SessionKey): Promise<SessionRecord> {
  await tx.$queryRaw`SELECT id FROM "Session" WHERE id = ${key.sessionId} AND "workspaceId" = ${key.workspaceId} FOR UPDATE`;
  return getSessionRecord(tx, key);
}

/** Takes the turn's row first: the order in which everybody takes locks is turn, then session. */
export async function lockTurn(tx: Tx, key: TurnKey): Promise<TurnRecord> {
  await tx.$queryRaw`SELECT id FROM "Turn" WHERE id = ${key.turnId} AND "workspaceId" = ${key.workspaceId} FOR UPDATE`;
  const row = await tx.turn.findUnique({ where: turnIdOf(key) });
  if (!row || row.sessionId !== key.sessionId) throw notFound("The turn");
  return row;
}

/** A turn's row without taking it; NOT_FOUND when the session has none of this id. */
export async function getTurnRecord(tx: Tx, key: TurnKey): Promise<TurnRecord> {
  const row = await tx.turn.findUnique({ where: turnIdOf(key) });
  if (!row || row.sessionId !== key.sessionId) throw notFound("The turn");
  return row;
}

/** false when a session of the same `clientRequestId` is there already. */
export async function createSessionRecord(
  tx: Tx,
  key: SessionKey,
  data: {
    repositoryId: RepositoryId;
    title: string;
    origin: string;
    actor: Actor;
    agent: string;
    model: string;
    clientRequestId: string | null;
    compareGroupId: string | null;
    permission?: readonly PermissionRule[] | undefined;
  },
): Promise<boolean> {
  const { actor, permission, ...given } = data;
  const rest = permission === undefined ? given : { ...given, permission: permission.map((rule) => ({ ...rule })) };
  const row = { id: key.sessionId, workspaceId: key.workspaceId, actorKind: actor.kind, actorId: actor.id, ...rest };
  const { count } = await tx.session.createMany({ data: [row], skipDuplicates: true });
  return count > 0;
}

/** The session that an earlier request with the same id of the caller's made, with its first turn. */
export async function findCreated(
  tx: Tx,
  workspaceId: WorkspaceId,
  clientRequestId: string,
): Promise<{ sessionId: SessionId; turnId: TurnId | null } | null> {
  const row = await tx.session.findUnique({
    where: { workspaceId_clientRequestId: { workspaceId, clientRequestId } },
    select: { id: true, turns: { where: { ordinal: 1 }, select: { id: true } } },
  });
  return row && { sessionId: row.id as SessionId, turnId: (row.turns[0]?.id ?? null) as TurnId | null };
}

export async function updateSession(tx: Tx, key: SessionKey, data: Prisma.SessionUpdateManyMutationInput): Promise<void> {
  const { count } = await tx.session.updateMany({ where: { id: key.sessionId, workspaceId: key.workspaceId }, data });
  if (count === 0) throw notFound("The session");
}

/** Whether a repository can be worked on: it belongs to the workspace and was not removed. */
export async function findUsableRepository(tx: Tx, key: { workspaceId: WorkspaceId; repositoryId: RepositoryId }) {
  return tx.repository.findFirst({
    where: { id: key.repositoryId, workspaceId: key.workspaceId, removedAt: null },
    select: { id: true, name: true, kind: true, state: true, headCommit: true },
  });
}

export async function countTurns(tx: Tx, key: SessionKey, states: readonly TurnState[]): Promise<number> {
  return tx.turn.count({ where: { ...sessionOf(key), state: { in: [...states] } } });
}

export async function createTurn(
  tx: Tx,
  key: TurnKey,
  given: {
    model: string;
    clientRequestId: string | null;
    agent?: string | null;
    kind?: "prompt" | "compact";
    outputSchema?: Prisma.InputJsonObject;
  },
): Promise<TurnRecord> {
  const last = await tx.turn.aggregate({
    where: { workspaceId: key.workspaceId, sessionId: key.sessionId },
    _max: { ordinal: true },
  });
  return tx.turn.create({
    data: { id: key.turnId, workspaceId: key.workspaceId, sessionId: key.sessionId, ordinal: (last._max.ordinal ?? 0) + 1, ...given },
  });
}

/** What an earlier request with the same id of the caller's made. */
export async function findSubmitted(
  tx: Tx,
  key: SessionKey,
  clientRequestId: string,
): Promise<{ turnId: TurnId; messageId: MessageId } | null> {
  const turn = await tx.turn.findFirst({
    where: { ...sessionOf(key), clientRequestId },
    select: { id: true, messages: { where: { role: "user" }, take: 1, select: { id: true } } },
  });
  const message = turn?.messages[0];
  return turn && message ? { turnId: turn.id as TurnId, messageId: message.id as MessageId } : null;
}

export async function findNextQueuedTurn(tx: Tx, key: SessionKey): Promise<TurnRecord | null> {
  return tx.turn.findFirst({ where: { ...sessionOf(key), state: "queued" }, orderBy: { ordinal: "asc" } });
}

export async function findLastTurn(tx: Tx, key: SessionKey): Promise<TurnRecord | null> {
  return tx.turn.findFirst({ where: { ...sessionOf(key) }, orderBy: { ordinal: "desc" } });
}

/** The turn that runs or waits, else the oldest that is queued. */
export async function findActiveTurn(tx: Tx, key: SessionKey): Promise<TurnRecord | null> {
  return (await tx.turn.findFirst({ where: { ...sessionOf(key), state: { in: activeStates } } })) ?? findNextQueuedTurn(tx, key);
}

export async function updateTurn(tx: Tx, key: TurnKey, data: Prisma.TurnUncheckedUpdateInput): Promise<TurnRecord> {
  return tx.turn.update({ where: turnIdOf(key), data });
}

/** Compare-and-set on the fence; null when somebody else holds it. */
export async function updateTurnFenced(
  tx: Tx,
  key: TurnKey & { fence: number },
  data: Prisma.TurnUncheckedUpdateManyInput,
): Promise<TurnRecord | null> {
  const [row] = await tx.turn.updateManyAndReturn({
    where: { id: key.turnId, workspaceId: key.workspaceId, fence: key.fence, state: { in: activeStates } },
    data,
  });
  return row ?? null;
}

export function turnErrorOf(value: unknown): TurnError | null {
  const parsed = turnErrorSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

export function toTurnView(row: TurnRecord): TurnView {
  return {
    id: row.id as TurnId,
    ordinal: row.ordinal,
    state: turnStateSchema.parse(row.state),
    model: row.model,
    ...(row.agent === null ? {} : { agent: row.agent }),
    ...(row.clientRequestId === null ? {} : { requestId: row.clientRequestId }),
    runId: row.runId,
    error: turnErrorOf(row.error),
    ...(row.kind === "compact" ? { kind: "compact" as const } : {}),
    ...(row.output === null ? {} : { output: row.output }),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export interface StepUse {
  readonly step: number;
  readonly messageId: MessageId;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicros: number;
}
export interface SessionTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicros: number;
}

/** A model step that has ended. */
export interface FinishedStep {
  readonly totals: SessionTotals;
  /** what stands for the rules of the session's calls */
  readonly rules: string;
}

/**
 * Ends a model step under the turn's fence: its message is finished, its use is added to the turn and the session.
 * Null when the fence is lost, and then nothing was changed. One statement.
 */
export async function finishStep(tx: Tx, key: WriterKey, use: StepUse, now: Date): Promise<FinishedStep | null> {
  const at = now.toISOString();
  const [row] = await tx.$queryRaw<(Record<keyof SessionTotals, number | bigint> & { rules: string })[]>`WITH held AS (
      UPDATE "Turn" SET "stepCount" = ${use.step}, recoveries = 0
      WHERE id = ${key.turnId} AND "workspaceId" = ${key.workspaceId} AND fence = ${key.fence} AND state IN ('running', 'waiting') RETURNING id),
    finished AS (
      UPDATE "Message" SET "finishedAt" = CAST(${at} AS timestamp)
      WHERE id = ${use.messageId} AND "workspaceId" = ${key.workspaceId} AND EXISTS (SELECT 1 FROM held))
    UPDATE "Session" SET "inputTokens" = "inputTokens" + ${use.inputTokens}, "outputTokens" = "outputTokens" + ${use.outputTokens},
      "cacheReadTokens" = "cacheReadTokens" + ${use.cacheReadTokens}, "cacheWriteTokens" = "cacheWriteTokens" + ${use.cacheWriteTokens},
      "costMicros" = "costMicros" + ${BigInt(Math.round(use.costMicros))}
    WHERE id = ${key.sessionId} AND "workspaceId" = ${key.workspaceId} AND EXISTS (SELECT 1 FROM held)
    RETURNING "inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens", "costMicros", ${rulesMark(key)} AS rules`;
  if (!row) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costMicros, rules } = row;
  const totals = {
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
    cacheReadTokens: Number(cacheReadTokens),
    cacheWriteTokens: Number(cacheWriteTokens),
    costMicros: Number(costMicros),
  };
  return { totals, rules };
}

/** What was used beside the session's own steps: by a sub-agent, by a call that broke off. Answers the session's totals. */
export async function addUsage(
  tx: Tx,
  key: SessionKey,
  use: Pick<SessionTotals, "inputTokens" | "outputTokens" | "costMicros"> & Partial<SessionTotals>,
): Promise<SessionTotals> {
  const row = await tx.session.update({
    where: sessionId(key),
    data: {
      inputTokens: { increment: use.inputTokens },
      outputTokens: { increment: use.outputTokens },
      cacheReadTokens: { increment: use.cacheReadTokens ?? 0 },
      cacheWriteTokens: { increment: use.cacheWriteTokens ?? 0 },
      costMicros: { increment: BigInt(Math.round(use.costMicros)) },
    },
    select: { inputTokens: true, outputTokens: true, cacheReadTokens: true, cacheWriteTokens: true, costMicros: true },
  });
  return { ...row, costMicros: Number(row.costMicros) };
}

import { Prisma, type Tx } from "../../platform/database/database.ts";
import type { RepositoryId, SessionId, WorkspaceId } from "../../platform/ids.ts";
import type { SessionRow, SessionState } from "./contract.ts";
import { originSchema, sessionStateSchema } from "./contract.ts";
import { turnErrorOf } from "./repo.ts";
import { isCostKnown } from "./session-view.ts";

const rowInclude = {
  repository: { select: { name: true } },
  turns: { orderBy: { ordinal: "desc" }, take: 1, select: { error: true } },
  _count: { select: { children: true } },
  permissionRequests: {
    where: { state: "pending" },
    orderBy: { createdAt: "asc" },
    take: 1,
    select: { permission: true, target: true },
  },
} satisfies Prisma.SessionInclude;

type SessionWithRow = Prisma.SessionGetPayload<{ include: typeof rowInclude }>;

/** One page of sessions as lists show them, newest first, `limit` at most. */
export async function findSessionRows(
  tx: Tx,
  where: Prisma.SessionWhereInput & { workspaceId: WorkspaceId },
  limit: number,
): Promise<SessionRow[]> {
  const rows = await tx.session.findMany({ where, include: rowInclude, orderBy: [{ updatedAt: "desc" }, { id: "desc" }], take: limit });
  const names = await findActorNames(tx, rows);
  const asked = await findAsked(tx, where.workspaceId, rows);
  return rows.map((row) =>
    toSessionRow(row, names.get(row.actorId) ?? (row.actorKind === "system" ? "OpenCode" : "somebody who left"), asked.get(row.id) ?? null),
  );
}

type Asked = NonNullable<SessionRow["waitingFor"]>;

/** What sub-agents ask for, at any depth, by the session at the top: one that asks makes that one wait for somebody. */
async function findAsked(tx: Tx, workspaceId: WorkspaceId, rows: readonly SessionWithRow[]): Promise<Map<string, Asked>> {
  const parents = rows.filter(({ state, _count }) => state === "running" && _count.children > 0).map(({ id }) => id);
  if (parents.length === 0) return new Map();
  // Of each the one that waits longest.
  const requests = await tx.$queryRaw<(Asked & { root: string })[]>`
    SELECT DISTINCT ON (s."rootSessionId") s."rootSessionId" AS root, r.permission, r.target
    FROM "PermissionRequest" r JOIN "Session" s ON s.id = r."sessionId" AND s."workspaceId" = r."workspaceId"
    WHERE r."workspaceId" = ${workspaceId} AND r.state = 'pending' AND s."rootSessionId" = ANY(CAST(${parents} AS text[]))
    ORDER BY s."rootSessionId", r."createdAt"`;
  return new Map(requests.map(({ root, ...request }) => [root, request]));
}

const maxAsking = 50;

/** Sessions at the top that wait for somebody's answer, themselves or by a sub-agent; those that have waited longest first. */
export async function findAskingSessions(tx: Tx, workspaceId: WorkspaceId, repositoryId: RepositoryId | undefined): Promise<string[]> {
  const ofRepository = repositoryId === undefined ? Prisma.empty : Prisma.sql`AND root."repositoryId" = ${repositoryId}`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT root.id FROM "PermissionRequest" r JOIN "Session" s ON s.id = r."sessionId" AND s."workspaceId" = r."workspaceId"
      JOIN "Session" root ON root.id = COALESCE(s."rootSessionId", s.id) AND root."workspaceId" = r."workspaceId"
    WHERE r."workspaceId" = ${workspaceId} AND r.state = 'pending' AND root."archivedAt" IS NULL ${ofRepository}
    GROUP BY root.id ORDER BY min(r."createdAt") LIMIT ${maxAsking}`;
  return rows.map(({ id }) => id);
}

async function findActorNames(tx: Tx, rows: readonly SessionWithRow[]): Promise<Map<string, string>> {
  const idsOf = (kind: string) => [...new Set(rows.filter((row) => row.actorKind === kind).map((row) => row.actorId))];
  const [userIds, keyIds] = [idsOf("user"), idsOf("api_key")];
  const users =
    userIds.length > 0 ? await tx.user.findMany({ where: { id: { in: userIds } }, select: { id: true, name: true, email: true } }) : [];
  const keys = keyIds.length > 0 ? await tx.apiKey.findMany({ where: { id: { in: keyIds } }, select: { id: true, name: true } }) : [];
  return new Map([...users.map((user) => [user.id, user.name ?? user.email] as const), ...keys.map((key) => [key.id, key.name] as const)]);
}

function toSessionRow(row: SessionWithRow, actorName: string, asked: Asked | null): SessionRow {
  const own: SessionState = sessionStateSchema.parse(row.state);
  const state: SessionState = own === "running" && asked ? "waiting" : own;
  return {
    id: row.id as SessionId,
    title: row.title,
    state,
    repositoryId: row.repositoryId as RepositoryId,
    repositoryName: row.repository.name,
    origin: originSchema.parse(row.origin),
    actorName,
    agent: row.agent,
    model: row.model,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    archivedAt: row.archivedAt,
    diff: { filesChanged: row.filesChanged, additions: row.additions, deletions: row.deletions },
    costMicros: Number(row.costMicros),
    costKnown: isCostKnown({ costMicros: Number(row.costMicros), inputTokens: row.inputTokens, outputTokens: row.outputTokens }),
    waitingFor: state === "waiting" ? (row.permissionRequests[0] ?? asked) : null,
    parentSessionId: row.parentSessionId as SessionId | null,
    childCount: row._count.children,
    compareGroupId: row.compareGroupId,
    error: state === "failed" ? turnErrorOf(row.turns[0]?.error) : null,
  };
}

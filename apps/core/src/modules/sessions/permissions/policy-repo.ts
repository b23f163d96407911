import { z } from "zod";
import { Prisma, type Tx } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { newId, type RepositoryId, type WorkspaceId } from "../../../platform/ids.ts";
import { type PermissionRule, permissionRuleSchema } from "../../tools/contract.ts";
import type { SessionKey } from "../event-log-repo.ts";

const rulesSchema = z.array(permissionRuleSchema);

export interface StoredPolicy {
  /** null: what stands there can't be read, so that nobody knows what it forbids */
  readonly rules: readonly PermissionRule[] | null;
  /** 0: there is none yet */
  readonly version: number;
  readonly updatedAt: Date | null;
  readonly updatedByName: string | null;
}

export async function findPolicy(tx: Tx, workspaceId: WorkspaceId): Promise<Pick<StoredPolicy, "rules" | "version">> {
  const row = await tx.permissionPolicy.findUnique({ where: { workspaceId }, select: { rules: true, version: true } });
  if (!row) return { rules: [], version: 0 };
  return { rules: rulesSchema.safeParse(row.rules).data ?? null, version: row.version };
}

/** With who changed it last. */
export async function findPolicyView(tx: Tx, workspaceId: WorkspaceId): Promise<StoredPolicy> {
  const policy = await findPolicy(tx, workspaceId);
  const row = await tx.permissionPolicy.findUnique({ where: { workspaceId }, select: { updatedAt: true, updatedById: true } });
  const user = row && (await tx.user.findUnique({ where: { id: row.updatedById }, select: { name: true, email: true } }));
  return { ...policy, updatedAt: row?.updatedAt ?? null, updatedByName: user ? (user.name ?? user.email) : null };
}

/** Saves the whole of it over the version that was seen; null when somebody else was faster. */
export async function savePolicy(
  tx: Tx,
  workspaceId: WorkspaceId,
  policy: { rules: readonly PermissionRule[]; version: number; updatedById: string },
): Promise<number | null> {
  const data = { rules: policy.rules.map((rule) => ({ ...rule })), updatedById: policy.updatedById };
  if (policy.version > 0) {
    const { count } = await tx.permissionPolicy.updateMany({
      where: { workspaceId, version: policy.version },
      data: { ...data, version: { increment: 1 } },
    });
    return count > 0 ? policy.version + 1 : null;
  }
  const { count } = await tx.permissionPolicy.createMany({
    data: [{ id: newId("permissionPolicy"), workspaceId, ...data }],
    skipDuplicates: true,
  });
  return count > 0 ? 1 : null;
}

/** What a call has to be judged anew for when it changes: the rules, and the call itself. */
interface CallMark {
  /** stands for every rule that findTurnRules reads */
  readonly rules: string;
  /** the call's state; null when there is none */
  readonly state: string | null;
  readonly hasRequest: boolean;
}

/** What stands for every rule of a session's calls, as an expression for a question that asks for more. */
export function rulesMark({ workspaceId, sessionId }: SessionKey): Prisma.Sql {
  return Prisma.sql`(WITH RECURSIVE line AS (
      SELECT id, "parentSessionId", permission, "repositoryId", "baseCommit", 1 AS level FROM "Session"
      WHERE id = ${sessionId} AND "workspaceId" = ${workspaceId}
      UNION ALL SELECT s.id, s."parentSessionId", s.permission, s."repositoryId", s."baseCommit", line.level + 1
      FROM "Session" s JOIN line ON s.id = line."parentSessionId" WHERE s."workspaceId" = ${workspaceId})
    SELECT md5(concat(
      (SELECT string_agg(CAST(r AS text), ',' ORDER BY r.id) FROM "PermissionRule" r WHERE r."workspaceId" = ${workspaceId}), '|rules|',
      (SELECT CAST(p AS text) FROM "PermissionPolicy" p WHERE p."workspaceId" = ${workspaceId}), '|policy|',
      (SELECT string_agg(CAST(line AS text), ',' ORDER BY line.level) FROM line))))`;
}

/** In one question, so that a call can be judged before the transaction that begins it and be sure in there. */
export async function findCallMark(tx: Tx, key: SessionKey, callId: string): Promise<CallMark> {
  const { workspaceId, sessionId } = key;
  const [row] = await tx.$queryRaw<CallMark[]>`SELECT ${rulesMark(key)} AS rules,
    (SELECT data->>'state' FROM "Part" WHERE id = ${callId} AND "workspaceId" = ${workspaceId} AND "sessionId" = ${sessionId}) AS state,
    EXISTS (SELECT 1 FROM "PermissionRequest" q WHERE q."workspaceId" = ${workspaceId} AND q."sessionId" = ${sessionId}
      AND q."callId" = ${callId}) AS "hasRequest"`;
  return row ?? { rules: "", state: null, hasRequest: true };
}

/** What is stored about the rules of a session's calls. */
export interface StoredSessionRules {
  readonly repositoryId: RepositoryId;
  readonly baseCommit: string | null;
  /** those that the session and the ones above it were created with, its own first; null: they can't be read */
  readonly rules: readonly (readonly PermissionRule[] | null)[];
}

/** NOT_FOUND for a foreign session. */
export async function findSessionRules(tx: Tx, key: SessionKey): Promise<StoredSessionRules> {
  const rules: (readonly PermissionRule[] | null)[] = [];
  const rowOf = (id: string) =>
    tx.session.findUnique({
      where: { id_workspaceId: { id, workspaceId: key.workspaceId } },
      select: { permission: true, parentSessionId: true, repositoryId: true, baseCommit: true },
    });
  const own = await rowOf(key.sessionId);
  if (!own) throw notFound("The session");
  for (let row: typeof own | null = own; row !== null; ) {
    rules.push(row.permission == null ? [] : (rulesSchema.safeParse(row.permission).data ?? null));
    row = row.parentSessionId === null ? null : await rowOf(row.parentSessionId);
  }
  return { repositoryId: own.repositoryId as RepositoryId, baseCommit: own.baseCommit, rules };
}

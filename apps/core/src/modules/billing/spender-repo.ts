import { z } from "zod";
import { Prisma, type Tx } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";

/** Whose money a session spends: a sub-agent's calls are its root session's and its member's. */
export interface Spender {
  readonly rootSessionId: string;
  /** who began it, or who made the API key that did; null for the system */
  readonly userId: string | null;
  readonly isAdmin: boolean;
  /** whether the workspace has any budget at all */
  readonly hasBudgets: boolean;
}

const rowSchema = z.object({
  rootSessionId: z.string(),
  userId: z.string().nullable(),
  role: z.string().nullable(),
  hasBudgets: z.boolean(),
});

/** The question for the spender of a session's calls, to be asked alone or within another one; no row when there is no such session. */
export function spenderQuery(workspaceId: WorkspaceId, sessionId: SessionId): Prisma.Sql {
  return Prisma.sql`SELECT root.id AS "rootSessionId", root."userId", m.role,
      EXISTS (SELECT 1 FROM "Budget" b WHERE b."workspaceId" = ${workspaceId}) AS "hasBudgets"
    FROM (
      SELECT r.id, CASE r."actorKind" WHEN 'user' THEN r."actorId" WHEN 'api_key' THEN k."createdById" END AS "userId"
      FROM "Session" s
      JOIN "Session" r ON r.id = COALESCE(s."rootSessionId", s.id) AND r."workspaceId" = s."workspaceId"
      LEFT JOIN "ApiKey" k ON k.id = r."actorId" AND k."workspaceId" = r."workspaceId"
      WHERE s.id = ${sessionId} AND s."workspaceId" = ${workspaceId}) root
    LEFT JOIN "Member" m ON m."userId" = root."userId" AND m."workspaceId" = ${workspaceId}`;
}

/** The spender in a row that the question answered; null without one. */
export function toSpender(row: unknown): Spender | null {
  const found = rowSchema.safeParse(row).data;
  if (!found) return null;
  const { role, ...spender } = found;
  return { ...spender, isAdmin: role === "owner" || role === "admin" };
}

/** The spender of a session's calls, in one question; null when there is no such session. */
export async function findSpender(tx: Tx, workspaceId: WorkspaceId, sessionId: SessionId): Promise<Spender | null> {
  const [row] = await tx.$queryRaw<unknown[]>(spenderQuery(workspaceId, sessionId));
  return toSpender(row);
}

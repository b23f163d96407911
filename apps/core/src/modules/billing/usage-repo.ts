import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { UsageSum } from "./contract.ts";

const sumSchema = z.object({
  calls: z.coerce.number(),
  inputTokens: z.coerce.number(),
  outputTokens: z.coerce.number(),
  cacheReadTokens: z.coerce.number(),
  cacheWriteTokens: z.coerce.number(),
  costMicros: z.coerce.number(),
  unpricedCalls: z.coerce.number(),
});
const groupSchema = z.object({ key: z.string().nullable(), ...sumSchema.shape });
type Grouping = "day" | "model" | "userId" | "rootSessionId";

/** Sums of the ledger since a moment, by one of its columns, the dearest first; by day in the days' order. */
export async function sumUsageBy(
  tx: Tx,
  workspaceId: WorkspaceId,
  since: Date,
  by: Grouping,
  most: number,
): Promise<(UsageSum & { key: string | null })[]> {
  const at = since.toISOString().slice(0, 19);
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT g.key, COUNT(*) AS calls, SUM("inputTokens") AS "inputTokens", SUM("outputTokens") AS "outputTokens",
      SUM("cacheReadTokens") AS "cacheReadTokens", SUM("cacheWriteTokens") AS "cacheWriteTokens", SUM("costMicros") AS "costMicros",
      COUNT(*) FILTER (WHERE NOT "priceKnown") AS "unpricedCalls"
    FROM (SELECT *, CASE ${by}::text WHEN 'day' THEN to_char("createdAt", 'YYYY-MM-DD') WHEN 'model' THEN model
        WHEN 'userId' THEN "userId" ELSE COALESCE("rootSessionId", "sessionId") END AS key
      FROM "UsageEntry" WHERE "workspaceId" = ${workspaceId} AND "createdAt" >= ${at}::timestamp) g
    GROUP BY g.key ORDER BY CASE WHEN ${by}::text = 'day' THEN g.key END, SUM("costMicros") DESC, g.key LIMIT ${most}`;
  return z.array(groupSchema).parse(rows);
}

/** People's names by their ids, as far as they are the workspace's. */
export async function findUserNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const users = await tx.user.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true, email: true } });
  return new Map(users.map(({ id, name, email }) => [id, name ?? email]));
}

/** Sessions' titles by their ids. */
export async function findSessionTitles(tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, string>> {
  const sessions = await tx.session.findMany({ where: { workspaceId, id: { in: [...ids] } }, select: { id: true, title: true } });
  return new Map(sessions.map(({ id, title }) => [id, title]));
}

/** Rows of the ledger since a moment, the newest first. */
export async function findUsage(tx: Tx, workspaceId: WorkspaceId, since: Date, most: number) {
  return tx.usageEntry.findMany({
    where: { workspaceId, createdAt: { gte: since } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: most,
  });
}

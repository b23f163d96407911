import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import type { UsageRecord } from "./contract.ts";
import { type Spender, spenderQuery, toSpender } from "./spender-repo.ts";

const writtenSchema = z.object({ isNew: z.boolean() });

type Whose = Pick<Spender, "userId" | "rootSessionId">;

interface UsageRow extends Omit<UsageRecord, "costMicros">, Whose {
  readonly id: string;
  readonly provider: string;
  readonly costMicros: bigint;
}

/** Appends to the ledger; the same id a second time changes nothing, and answers false. */
export async function insertUsage(tx: Tx, row: UsageRow): Promise<boolean> {
  const { count } = await tx.usageEntry.createMany({ data: [row], skipDuplicates: true });
  return count > 0;
}

/**
 * Appends to the ledger of a workspace that has no budgets, and answers whose money it was and whether the entry is new;
 * where there are budgets, or no such session any more, nothing is written. In one question: it is asked in the
 * transaction that ends a model step.
 */
export async function insertUsageUnlessBudgeted(
  tx: Tx,
  row: Omit<UsageRow, keyof Whose>,
  now: Date,
): Promise<{ spender: Spender | null; isNew: boolean }> {
  const { id, workspaceId, sessionId, turnId, provider, model, costMicros, priceKnown = true } = row;
  const [found] = await tx.$queryRaw<unknown[]>`WITH spender AS (${spenderQuery(workspaceId, sessionId)}), written AS (
      INSERT INTO "UsageEntry" (id, "workspaceId", "sessionId", "turnId", provider, model, "inputTokens", "outputTokens",
        "cacheReadTokens", "cacheWriteTokens", "reasoningTokens", "costMicros", "userId", "rootSessionId", "priceKnown", "createdAt")
      SELECT ${id}, ${workspaceId}, ${sessionId}, ${turnId}, ${provider}, ${model}, CAST(${row.inputTokens} AS int),
        CAST(${row.outputTokens} AS int), CAST(${row.cacheReadTokens} AS int), CAST(${row.cacheWriteTokens} AS int),
        CAST(${row.reasoningTokens} AS int), CAST(${costMicros} AS bigint), "userId", "rootSessionId", CAST(${priceKnown} AS boolean),
        CAST(${now.toISOString()} AS timestamp)
      FROM spender WHERE NOT "hasBudgets" ON CONFLICT DO NOTHING RETURNING id)
    SELECT spender.*, EXISTS (SELECT 1 FROM written) AS "isNew" FROM spender`;
  return { spender: toSpender(found), isNew: writtenSchema.safeParse(found).data?.isNew ?? false };
}

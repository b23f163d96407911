import type { Tx } from "../../platform/database/database.ts";
import type { UsageRecord } from "./contract.ts";

interface UsageRow extends Omit<UsageRecord, "costMicros"> {
  readonly id: string;
  readonly provider: string;
  readonly costMicros: bigint;
  readonly userId: string | null;
  readonly rootSessionId: string;
}

/** Appends to the ledger; the same id a second time changes nothing, and answers false. */
export async function insertUsage(tx: Tx, row: UsageRow): Promise<boolean> {
  const { count } = await tx.usageEntry.createMany({ data: [row], skipDuplicates: true });
  return count > 0;
}

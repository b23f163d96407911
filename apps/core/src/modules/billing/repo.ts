import type { Tx } from "../../platform/database/database.ts";
import type { UsageRecord } from "./contract.ts";

interface UsageRow extends Omit<UsageRecord, "costMicros"> {
  readonly id: string;
  readonly provider: string;
  readonly costMicros: bigint;
}

/** Appends to the ledger; the same id a second time changes nothing. */
export async function insertUsage(tx: Tx, row: UsageRow): Promise<void> {
  await tx.usageEntry.createMany({ data: [row], skipDuplicates: true });
}

import type { Tx } from "../../platform/database/database.ts";
import { newId } from "../../platform/ids.ts";
import type { UsageRecord } from "./contract.ts";
import { insertUsage } from "./repo.ts";

/**
 * Writes what a model call used into the append-only ledger, in the transaction that finishes its step: a step that
 * died before it finished is written once, by its successor. `id` may be given where the caller has a stable one.
 */
export async function recordUsage(tx: Tx, entry: UsageRecord & { readonly id?: string }): Promise<void> {
  const [provider = entry.model] = entry.model.split("/", 1);
  await insertUsage(tx, { ...entry, id: entry.id ?? newId("usage"), provider, costMicros: BigInt(Math.round(entry.costMicros)) });
}

import { systemClock } from "../../platform/clock.ts";
import type { Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { newId } from "../../platform/ids.ts";
import { applicableBudgets } from "./applicable-budgets.ts";
import { findBudgets, lockCounters, settleCounter } from "./budget-repo.ts";
import type { RecordedUsage } from "./contract.ts";
import { giveBack } from "./release-reservation.ts";
import { insertUsage, insertUsageUnlessBudgeted } from "./repo.ts";

/**
 * Writes what a model call used into the append-only ledger, in the transaction that finishes its step: a step that
 * died before it finished is written once, by its successor. False when the entry was there already. NOT_FOUND when the
 * session is gone.
 */
export async function recordUsage(tx: Tx, entry: RecordedUsage): Promise<boolean> {
  const { reservationId, id = newId("usage"), ...record } = entry;
  const { workspaceId } = entry;
  const [provider = entry.model] = entry.model.split("/", 1);
  const costMicros = BigInt(Math.round(entry.costMicros));
  const row = { ...record, id, provider, costMicros };
  const now = systemClock.now();
  const { spender, ...written } = await insertUsageUnlessBudgeted(tx, row, now);
  if (!spender) throw notFound("The session");
  if (!spender.hasBudgets) return written.isNew;
  const whose = { userId: spender.userId, rootSessionId: spender.rootSessionId };
  // The counters first: one that is begun now sums up the ledger as it is before this row.
  const counted = applicableBudgets(await findBudgets(tx, workspaceId), whose, now);
  await lockCounters(tx, workspaceId, counted);
  if (reservationId) await giveBack(tx, workspaceId, reservationId);
  const isNew = await insertUsage(tx, { ...row, ...whose });
  if (!isNew) return false;
  for (const { key } of counted) await settleCounter(tx, workspaceId, key, { freed: 0n, spent: costMicros });
  return true;
}

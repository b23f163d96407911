import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants, withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type CounterKey, findBudgets, findExpiredReservations, lockCounters, setSpent, sumSpent } from "./budget-repo.ts";
import { giveBack } from "./release-reservation.ts";

/**
 * Gives back what calls had set aside whose process died, and brings their budgets in line with the ledger. Answers how
 * many there were. Safe beside living workers: the counters are locked while the ledger is summed up.
 */
export async function reapReservations(now: Date = systemClock.now()): Promise<number> {
  const expired = await dangerouslyAcrossTenants("reservations of dead calls in every workspace", (tx) => findExpiredReservations(tx, now));
  for (const { id, workspaceId } of expired) await reap(workspaceId as WorkspaceId, id);
  return expired.length;
}

async function reap(workspaceId: WorkspaceId, reservationId: string): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    const keys: readonly CounterKey[] = await giveBack(tx, workspaceId, reservationId);
    const budgets = new Map((await findBudgets(tx, workspaceId)).map((budget) => [budget.id, budget]));
    const counted = keys.flatMap((key) => {
      const budget = budgets.get(key.budgetId);
      return budget ? [{ budget, key }] : [];
    });
    await lockCounters(tx, workspaceId, counted);
    for (const { budget, key } of counted) await setSpent(tx, workspaceId, key, await sumSpent(tx, workspaceId, budget.scope, key));
  });
}

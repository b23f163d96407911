import { type Tx, withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type CounterKey, findReservation, holdCounters, settleCounter, takeReservation } from "./budget-repo.ts";

/** Gives back what a call that came to nothing had set aside. A second time changes nothing. */
export async function releaseReservation(workspaceId: WorkspaceId, reservationId: string): Promise<void> {
  await withTenant(workspaceId, (tx) => giveBack(tx, workspaceId, reservationId));
}

/** The same within a transaction; answers the counters that the money came back to. */
export async function giveBack(tx: Tx, workspaceId: WorkspaceId, reservationId: string): Promise<readonly CounterKey[]> {
  const found = await findReservation(tx, workspaceId, reservationId);
  if (!found) return [];
  // Counters first, as everybody does: whoever held the reservation and waited for them would be waited for.
  await holdCounters(tx, workspaceId, found.counters);
  const reservation = await takeReservation(tx, workspaceId, reservationId);
  if (!reservation) return [];
  for (const key of reservation.counters) {
    await settleCounter(tx, workspaceId, key, { freed: reservation.amountMicros, spent: 0n });
  }
  return reservation.counters;
}

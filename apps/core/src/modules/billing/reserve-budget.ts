import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { applicableBudgets } from "./applicable-budgets.ts";
import {
  addReserved,
  type Budget,
  type Counter,
  findAdminNames,
  findBudgets,
  findReservationsOfCall,
  insertReservation,
  lockCounters,
  newReservationId,
} from "./budget-repo.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { giveBack } from "./release-reservation.ts";
import type { Spender } from "./spender-repo.ts";

/** A call as it may be bounded: what it costs at most with so long an answer. */
export interface CallOffer {
  readonly maxOutputTokens: number;
  readonly amountMicros: number;
}

interface ReserveBudget {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  readonly spender: Spender;
  /** the same call a second time (its process died, or lost its turn) takes the place of what the first had set aside */
  readonly callId: string;
  /** from the longest answer to the shortest that still makes sense */
  readonly offers: readonly CallOffer[];
}

/** `reservationId` is this attempt's alone: what it settles or gives back is what it has set aside itself. */
export type Reserved = { readonly granted: CallOffer; readonly reservationId: string } | { readonly refused: string };

/**
 * Sets aside what a call may cost in every budget that it stands in, or in none. Takes the first offer that fits all of
 * them; when not even the last one does, answers why and who can change it.
 */
export async function reserveBudget(input: ReserveBudget): Promise<Reserved> {
  const { workspaceId, sessionId, spender, callId } = input;
  return withTenant(workspaceId, async (tx): Promise<Reserved> => {
    const now = systemClock.now();
    const wanted = applicableBudgets(await findBudgets(tx, workspaceId), spender, now);
    const counters = await lockCounters(tx, workspaceId, wanted);
    for (const earlier of await findReservationsOfCall(tx, input, callId)) await giveBack(tx, workspaceId, earlier);
    const fresh = await lockCounters(tx, workspaceId, wanted);
    const places = wanted.map(({ budget, key }, index) => ({ budget, key, counter: fresh[index] ?? counters[index] }));
    const offer = input.offers.find(({ amountMicros }) => places.every((place) => fits(place, amountMicros)));
    if (!offer) {
      const cheapest = input.offers.at(-1)?.amountMicros ?? 0;
      const full = places.find((place) => !fits(place, cheapest));
      return { refused: explainRefusal(full, cheapest, await findAdminNames(tx, workspaceId)) };
    }
    const amount = BigInt(offer.amountMicros);
    for (const { budget, key } of places) {
      // The rows are locked, so this holds; the statement says it once more.
      if (!(await addReserved(tx, workspaceId, key, amount, budget.limitMicros))) throw new Error("a locked budget changed");
    }
    const reservationId = newReservationId(callId);
    const expiresAt = new Date(now.getTime() + limits.budget.reservationMs);
    if (places.length > 0) {
      await insertReservation(tx, {
        id: reservationId,
        workspaceId,
        sessionId,
        amountMicros: amount,
        counters: places.map(({ key }) => key),
        expiresAt,
      });
    }
    return { granted: offer, reservationId };
  });
}

function fits({ budget, counter }: { budget: Budget; counter: Counter | undefined }, amountMicros: number): boolean {
  const used = (counter?.spentMicros ?? 0n) + (counter?.reservedMicros ?? 0n);
  // A call for nothing is refused too once the money is gone.
  return (
    used + BigInt(amountMicros) <= budget.limitMicros && (used < budget.limitMicros || (amountMicros === 0 && budget.limitMicros === 0n))
  );
}

export type { RecordedUsage, UsageRecord } from "./contract.ts";
export { reapReservations } from "./reap-reservations.ts";
export { recordUsage } from "./record-usage.ts";
export { releaseReservation } from "./release-reservation.ts";
export { type CallOffer, reserveBudget } from "./reserve-budget.ts";
export { billingRouter } from "./router.ts";
export { findSpender, type Spender, spenderQuery, toSpender } from "./spender-repo.ts";

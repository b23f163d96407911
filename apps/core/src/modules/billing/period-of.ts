import type { BudgetPeriod } from "./contract.ts";

/** The key of the period that `now` lies in, in UTC: `2026-11-22`, `2026-11`, `all`. */
export function periodKey(period: BudgetPeriod, now: Date): string {
  if (period === "total") return "all";
  return now.toISOString().slice(0, period === "day" ? 10 : 7);
}

/** When a period with this key began; null for all of time. */
export function periodStart(key: string): Date | null {
  if (key === "all") return null;
  return new Date(`${key.length === 7 ? `${key}-01` : key}T00:00:00.000Z`);
}
/** When the period after this one begins; null when there is none. */
export function periodEnd(key: string): Date | null {
  const start = periodStart(key);
  if (start === null) return null;
  const end = new Date(start);
  if (key.length === 7) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCDate(end.getUTCDate() + 1);
  return end;
}

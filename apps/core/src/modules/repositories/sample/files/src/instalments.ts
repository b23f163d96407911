import { addDays } from "./dates.ts";
import type { Invoice } from "./invoice.ts";
import { type Cents, splitEvenly } from "./money.ts";
import { invoiceTotals } from "./totals.ts";

export interface Instalment {
  readonly dueOn: string;
  readonly amount: Cents;
}

/** An invoice paid in `count` parts, the first on its due date and one every 30 days after it. */
export function planInstalments(invoice: Invoice, count: number): Instalment[] {
  return splitEvenly(invoiceTotals(invoice).total, count).map((amount, index) => ({
    dueOn: addDays(invoice.dueOn, index * 30),
    amount,
  }));
}

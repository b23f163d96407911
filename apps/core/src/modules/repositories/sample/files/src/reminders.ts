import { daysBetween } from "./dates.ts";
import type { Invoice } from "./invoice.ts";
import { formatAmount } from "./legacy/format-amount.ts";
import { invoiceTotals } from "./totals.ts";

/** The invoices that should have been paid before `today`, the longest overdue first. */
export function overdueInvoices(invoices: readonly Invoice[], today: string): Invoice[] {
  return invoices
    .filter((invoice) => daysBetween(invoice.dueOn, today) > 0)
    .toSorted((a, b) => daysBetween(b.dueOn, a.dueOn));
}

/** A friendly reminder: one sentence, with what is owed and for how long. */
export function reminderText(invoice: Invoice, today: string): string {
  const days = daysBetween(invoice.dueOn, today);
  const owed = formatAmount(invoiceTotals(invoice).total);
  return `Dear ${invoice.customer}, invoice ${invoice.number} (${owed}) was due ${days === 1 ? "yesterday" : `${days} days ago`}.`;
}

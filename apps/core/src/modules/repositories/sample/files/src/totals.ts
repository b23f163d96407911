import type { Invoice, InvoiceLine } from "./invoice.ts";
import type { Cents } from "./money.ts";

export interface Totals {
  readonly subtotal: Cents;
  readonly discount: Cents;
  readonly tax: Cents;
  readonly total: Cents;
}

function lineTotal({ quantity, unitPrice }: InvoiceLine): Cents {
  return quantity * unitPrice;
}

/** What an invoice comes to. The discount lowers each line before its tax is reckoned; each line's tax is rounded once. */
export function invoiceTotals(invoice: Invoice): Totals {
  const subtotal = invoice.lines.reduce((sum, line) => sum + lineTotal(line), 0);
  const discount = Math.round((subtotal * invoice.discountPercent) / 100);
  const tax = invoice.lines.reduce((sum, line) => {
    const discounted = lineTotal(line) * (1 - invoice.discountPercent / 100);
    return sum + Math.round((discounted * line.taxPercent) / 100);
  }, 0);
  return { subtotal, discount, tax, total: subtotal - discount + tax };
}

import type { Invoice } from "./invoice.ts";
import { formatAmount } from "./legacy/format-amount.ts";
import { invoiceTotals } from "./totals.ts";

const width = 48;

function row(left: string, right: string): string {
  return left + right.padStart(Math.max(1, width - left.length));
}

/** An invoice as plain text, 48 columns wide. */
export function renderInvoice(invoice: Invoice): string {
  const { subtotal, discount, tax, total } = invoiceTotals(invoice);
  const lines = invoice.lines.map((line) => row(`${line.quantity} x ${line.description}`, formatAmount(line.quantity * line.unitPrice)));
  return [
    row(`Invoice ${invoice.number}`, invoice.issuedOn),
    `For ${invoice.customer}`,
    "",
    ...lines,
    "-".repeat(width),
    row("Subtotal", formatAmount(subtotal)),
    ...(discount > 0 ? [row(`Discount ${invoice.discountPercent} %`, formatAmount(-discount))] : []),
    row("Tax", formatAmount(tax)),
    row("Total", formatAmount(total)),
    "",
    `Please pay by ${invoice.dueOn}.`,
  ].join("\n");
}

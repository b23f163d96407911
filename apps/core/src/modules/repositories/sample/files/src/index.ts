export { type Instalment, planInstalments } from "./instalments.ts";
export { createInvoice, type Invoice, type InvoiceLine } from "./invoice.ts";
export { type Cents, formatMoney, parseMoney, splitEvenly } from "./money.ts";
export { overdueInvoices, reminderText } from "./reminders.ts";
export { renderInvoice } from "./render.ts";
export { invoiceTotals, type Totals } from "./totals.ts";

import type { PlayedFile } from "./played-diff.ts";

/** What the seeded sessions changed in the sample repository. */
export const roundingFix: readonly PlayedFile[] = [
  {
    path: "src/totals.ts",
    hunks: `@@ -14,10 +14,16 @@ function lineTotal({ quantity, unitPrice }: InvoiceLine): Cents {
   return quantity * unitPrice;
 }
 
+/** Half a cent goes up, also below zero: a credit note mirrors its invoice. */
+function roundHalfUp(cents: number): Cents {
+  return Math.sign(cents) * Math.round(Math.abs(cents));
+}
+
 /** What an invoice comes to. The discount lowers each line before its tax is reckoned. */
 export function invoiceTotals(invoice: Invoice): Totals {
   const subtotal = invoice.lines.reduce((sum, line) => sum + lineTotal(line), 0);
-  const discount = Math.round((subtotal * invoice.discountPercent) / 100);
+  const discount = roundHalfUp((subtotal * invoice.discountPercent) / 100);
   const tax = invoice.lines.reduce((sum, line) => {`,
  },
  {
    path: "test/totals.test.ts",
    hunks: `@@ -31,3 +31,9 @@ test("each line's tax is rounded once", () => {
   assert.equal(invoiceTotals(invoice).tax, 399);
 });
 
+test("a credit note rounds as its invoice does", () => {
+  const credit = { ...invoice, lines: invoice.lines.map((line) => ({ ...line, quantity: -line.quantity })) };
+  assert.equal(invoiceTotals(credit).total, -invoiceTotals(invoice).total);
+});
+`,
  },
];

export const legacyRemoval: readonly PlayedFile[] = [
  {
    path: "src/render.ts",
    hunks: `@@ -1,5 +1,5 @@
 import type { Invoice } from "./invoice.ts";
-import { formatAmount } from "./legacy/format-amount.ts";
+import { formatMoney } from "./money.ts";
 import { invoiceTotals } from "./totals.ts";
 
 const width = 48;
@@ -18,3 +18,3 @@ export function renderInvoice(invoice: Invoice): string {
   const totals = invoiceTotals(invoice);
-  return [...lines, row("Total", formatAmount(totals.total))].join("\\n");
+  return [...lines, row("Total", formatMoney(totals.total))].join("\\n");
 }`,
  },
  {
    path: "src/reminders.ts",
    hunks: `@@ -2,3 +2,3 @@
-import { formatAmount } from "./legacy/format-amount.ts";
+import { formatMoney } from "./money.ts";
 
 const days = 14;`,
  },
];

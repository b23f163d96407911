import assert from "node:assert/strict";
import { test } from "node:test";
import { createInvoice } from "../src/invoice.ts";
import { overdueInvoices, reminderText } from "../src/reminders.ts";

function invoiceFrom(issuedOn: string) {
  return createInvoice({
    number: `N-${issuedOn}`,
    customer: "Mary Somerville",
    issuedOn,
    dueInDays: 10,
    lines: [{ description: "Star charts", quantity: 1, unitPrice: 123_450, taxPercent: 0 }],
  });
}

test("only invoices past their due date are overdue, the longest overdue first", () => {
  const invoices = ["2026-01-01", "2026-02-20", "2026-02-01"].map(invoiceFrom);
  assert.deepEqual(
    overdueInvoices(invoices, "2026-03-01").map((invoice) => invoice.number),
    ["N-2026-01-01", "N-2026-02-01"],
  );
});

test("a reminder says what is owed and for how long", () => {
  assert.equal(
    reminderText(invoiceFrom("2026-01-01"), "2026-01-15"),
    "Dear Mary Somerville, invoice N-2026-01-01 (EUR 1,234.50) was due 4 days ago.",
  );
  assert.match(reminderText(invoiceFrom("2026-01-01"), "2026-01-12"), /was due yesterday\.$/);
});

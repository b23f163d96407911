import assert from "node:assert/strict";
import { test } from "node:test";
import { planInstalments } from "../src/instalments.ts";
import { createInvoice } from "../src/invoice.ts";
import { invoiceTotals } from "../src/totals.ts";

const invoice = createInvoice({
  number: "2026-002",
  customer: "Charles Babbage",
  issuedOn: "2026-01-15",
  lines: [{ description: "Gear wheels", quantity: 4, unitPrice: 2_500, taxPercent: 0 }],
});

test("instalments are due every 30 days", () => {
  const dates = planInstalments(invoice, 3).map((instalment) => instalment.dueOn);
  assert.deepEqual(dates, ["2026-02-14", "2026-03-16", "2026-04-15"]);
});

test("instalments add up to the invoice's total, to the cent", () => {
  const amounts = planInstalments(invoice, 3).map((instalment) => instalment.amount);
  assert.equal(invoiceTotals(invoice).total, 10_000);
  assert.deepEqual(amounts, [3_334, 3_333, 3_333]);
});

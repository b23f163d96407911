import assert from "node:assert/strict";
import { test } from "node:test";
import { createInvoice } from "../src/invoice.ts";
import { invoiceTotals } from "../src/totals.ts";

const invoice = createInvoice({
  number: "2026-001",
  customer: "Ada Lovelace",
  issuedOn: "2026-01-15",
  discountPercent: 10,
  lines: [
    { description: "Engine drawings", quantity: 3, unitPrice: 12_500, taxPercent: 20 },
    { description: "Tea", quantity: 2, unitPrice: 350, taxPercent: 10 },
  ],
});

test("totals add up: subtotal - discount + tax = total", () => {
  assert.deepEqual(invoiceTotals(invoice), { subtotal: 38_200, discount: 3_820, tax: 6_813, total: 41_193 });
});

test("without a discount the tax is that of the full price", () => {
  assert.equal(invoiceTotals({ ...invoice, discountPercent: 0 }).tax, 7_570);
});

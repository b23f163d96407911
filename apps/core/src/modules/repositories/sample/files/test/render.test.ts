import assert from "node:assert/strict";
import { test } from "node:test";
import { createInvoice } from "../src/invoice.ts";
import { renderInvoice } from "../src/render.ts";

test("an invoice as text shows its lines and its totals", () => {
  const invoice = createInvoice({
    number: "2026-003",
    customer: "Grace Hopper",
    issuedOn: "2026-05-01",
    discountPercent: 5,
    lines: [{ description: "Compiler course", quantity: 12, unitPrice: 9_900, taxPercent: 20 }],
  });
  assert.equal(
    renderInvoice(invoice),
    [
      "Invoice 2026-003                      2026-05-01",
      "For Grace Hopper",
      "",
      "12 x Compiler course                EUR 1,188.00",
      "------------------------------------------------",
      "Subtotal                            EUR 1,188.00",
      "Discount 5 %                          -EUR 59.40",
      "Tax                                   EUR 225.72",
      "Total                               EUR 1,354.32",
      "",
      "Please pay by 2026-05-31.",
    ].join("\n"),
  );
});

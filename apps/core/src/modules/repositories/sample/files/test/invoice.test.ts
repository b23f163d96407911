import assert from "node:assert/strict";
import { test } from "node:test";
import { createInvoice } from "../src/invoice.ts";

const line = { description: "Tea", quantity: 1, unitPrice: 350, taxPercent: 10 };
const base = { number: "1", customer: "Ada", issuedOn: "2026-01-15", lines: [line] };

test("an invoice is due in 30 days", () => {
  assert.equal(createInvoice(base).dueOn, "2026-02-14");
});

test("another term may be given", () => {
  assert.equal(createInvoice({ ...base, dueInDays: 14 }).dueOn, "2026-01-29");
});

test("a broken invoice is refused with what is wrong", () => {
  assert.throws(() => createInvoice({ ...base, customer: " " }), /needs a customer/);
  assert.throws(() => createInvoice({ ...base, issuedOn: "2026-02-30" }), /not a date/);
  assert.throws(() => createInvoice({ ...base, lines: [] }), /at least one line/);
  assert.throws(() => createInvoice({ ...base, lines: [{ ...line, unitPrice: 3.5 }] }), /whole cents/);
});

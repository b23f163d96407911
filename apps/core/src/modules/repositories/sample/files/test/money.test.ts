import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoney, parseMoney, splitEvenly } from "../src/money.ts";

test("formatMoney groups thousands and always shows two decimals", () => {
  assert.equal(formatMoney(123450), "EUR 1,234.50");
  assert.equal(formatMoney(5), "EUR 0.05");
  assert.equal(formatMoney(100_000_000, "USD"), "USD 1,000,000.00");
});

test("formatMoney puts the minus sign before the currency", () => {
  assert.equal(formatMoney(-2099), "-EUR 20.99");
});

test("parseMoney reads what people write", () => {
  assert.equal(parseMoney("1,234.50"), 123450);
  assert.equal(parseMoney(" 7 "), 700);
  assert.equal(parseMoney("-0.5"), -50);
});

test("parseMoney refuses what is no amount", () => {
  for (const text of ["", "12.345", "1,23", "ten"]) assert.throws(() => parseMoney(text), RangeError);
});

test("splitEvenly gives equal parts when it can", () => {
  assert.deepEqual(splitEvenly(900, 3), [300, 300, 300]);
});

test("splitEvenly refuses to split into no parts", () => {
  assert.throws(() => splitEvenly(900, 0), RangeError);
});

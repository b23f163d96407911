import { expect, it } from "vitest";
import { IdempotencyKeys } from "./idempotency-keys.ts";

const dayMs = 86_400_000;
const nowMs = 1_800_000_000_000;

it("knows a key for a day", () => {
  const keys = new IdempotencyKeys();
  expect(keys.isUsed("a", nowMs)).toBe(false);
  expect(keys.isUsed("a", nowMs + dayMs - 60_000)).toBe(true);
  expect(keys.isUsed("b", nowMs)).toBe(false);
  expect(keys.isUsed("a", nowMs + dayMs + 60_000)).toBe(false);
});

it("forgets what is older than a day and confuses nothing", () => {
  const keys = new IdempotencyKeys();
  for (let index = 0; index < 20_000; index += 1) expect(keys.isUsed(`key ${index}`, nowMs)).toBe(false);
  for (let index = 0; index < 20_000; index += 997) expect(keys.isUsed(`key ${index}`, nowMs)).toBe(true);
  keys.isUsed("tomorrow", nowMs + dayMs + 60_000);
  expect(keys.size).toBe(1);
});

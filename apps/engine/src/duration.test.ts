import { expect, it } from "vitest";
import { parseDeadlineMs, parseDurationMs } from "./duration.ts";

it.each([
  ["1s", 1_000],
  ["2m30s", 150_000],
  ["1h", 3_600_000],
  ["1w2d", 777_600_000],
  ["500ms", 500],
])("reads %s", (text, ms) => expect(parseDurationMs(text)).toBe(ms));

it.each(["", "soon", "1", "1x", "s", "1s?"])("does not read %j", (text) => expect(parseDurationMs(text)).toBeUndefined());

it("reads durations and dates as deadlines", () => {
  expect(parseDeadlineMs("1s", 5)).toBe(1_005);
  expect(parseDeadlineMs("2026-01-01T00:00:00Z", 5)).toBe(Date.UTC(2026, 0, 1));
  expect(parseDeadlineMs("never", 5)).toBeUndefined();
  expect(parseDeadlineMs(`${"9".repeat(300)}h`, 5)).toBe(8.64e15);
});

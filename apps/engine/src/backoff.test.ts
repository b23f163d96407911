import { expect, it } from "vitest";
import { retryAtMs } from "./backoff.ts";

const none = (): number => 0;

it("follows the schedule, with up to 30 seconds at random", () => {
  const waits = Array.from({ length: 12 }, (_, attempt) => retryAtMs(attempt, undefined, undefined, 0, none) / 1_000);
  expect(waits).toEqual([15, 30, 60, 120, 300, 600, 1_200, 2_400, 3_600, 7_200, 7_200, 7_200]);
  expect(retryAtMs(0, undefined, undefined, 0, () => 0.999)).toBeLessThan(45_000);
});

it("honours Retry-After, in seconds or as a date, between a second and a day", () => {
  expect(retryAtMs(0, "7", undefined, 100)).toBe(7_100);
  expect(retryAtMs(0, "0", undefined, 0)).toBe(1_000);
  expect(retryAtMs(0, "999999", undefined, 0)).toBe(86_400_000);
  expect(retryAtMs(0, "1970-01-01T00:01:00.000Z", undefined, 0)).toBe(60_000);
  expect(retryAtMs(0, "nonsense", undefined, 0, none)).toBe(15_000);
  expect(retryAtMs(0, "7", 50, 0)).toBe(7_000);
});

it("takes a fixed interval instead of the schedule", () => expect(retryAtMs(3, undefined, 250, 1_000)).toBe(1_250));

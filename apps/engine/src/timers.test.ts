import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Timers } from "./timers.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("fires in order of time, waits beyond the limit of setTimeout, and skips what was cancelled", () => {
  const timers = new Timers();
  const fired: string[] = [];
  const now = Date.now();
  const monthMs = 30 * 86_400_000;
  timers.at(now + monthMs, () => fired.push("a month"));
  timers.at(now + 200, () => fired.push("late"));
  timers.at(now - 5, () => fired.push("overdue"));
  timers.at(now + 100, () => fired.push("never")).cancelled = true;
  vi.advanceTimersByTime(50);
  expect(fired).toEqual([]);
  timers.start();
  vi.advanceTimersByTime(0);
  expect(fired).toEqual(["overdue"]);
  vi.advanceTimersByTime(300);
  expect(fired).toEqual(["overdue", "late"]);
  // One timeout, however much waits.
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(monthMs);
  expect(fired).toEqual(["overdue", "late", "a month"]);
  expect(vi.getTimerCount()).toBe(0);
});

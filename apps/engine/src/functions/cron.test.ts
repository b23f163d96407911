import { expect, it } from "vitest";
import { parseCron } from "./cron.ts";

const at = (text: string): number => Date.parse(text);

it("reads time zones, and UTC without one", () => {
  const after = at("2026-01-10T00:00:00Z");
  expect(parseCron("TZ=Europe/Berlin 0 9 * * 1").next(after)).toBe(at("2026-01-12T08:00:00Z"));
  expect(parseCron("TZ=Europe/Berlin 0 9 * * 1").next(at("2026-07-10T00:00:00Z"))).toBe(at("2026-07-13T07:00:00Z"));
  expect(parseCron("0 9 * * 1").next(after)).toBe(at("2026-01-12T09:00:00Z"));
  expect(parseCron("CRON_TZ=Asia/Kolkata */15 * * * *").next(after)).toBe(at("2026-01-10T00:15:00Z"));
});

it("runs once when the clock goes back, and not never when it goes forward", () => {
  const nightly = parseCron("TZ=Europe/Berlin 30 2 * * *");
  const spring = nightly.next(at("2026-03-28T12:00:00Z")) ?? 0;
  expect(spring).toBeGreaterThanOrEqual(at("2026-03-29T00:30:00Z"));
  expect(spring).toBeLessThan(at("2026-03-29T03:00:00Z"));
  const autumn = nightly.next(at("2026-10-24T12:00:00Z")) ?? 0;
  expect((nightly.next(autumn) ?? 0) - autumn).toBeGreaterThan(20 * 3_600_000);
});

it.each(["", "every day", "* * * *", "TZ=Nowhere/Land * * * * *", "61 * * * *"])("refuses %j", (source) => {
  expect(() => parseCron(source)).toThrow("not a cron expression");
});

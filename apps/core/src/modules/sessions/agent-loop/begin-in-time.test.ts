import { expect, test } from "vitest";
import { inTime } from "./begin-in-time.ts";
import type { BeginningCall } from "./begin-known-call.ts";

const call: BeginningCall = { confirm: () => null, commit: () => undefined };

test("an answer takes the call that was judged in time with it", async () => {
  expect(await inTime(Promise.resolve(call))).toBe(call);
});

test.each([
  ["whatever fails in judging its call", () => Promise.reject(new Error("the disk is full"))],
  ["a look that does not end", () => new Promise<never>(() => undefined)],
])("%s does not keep an answer from being written", async (_, judge) => {
  expect(await inTime(judge())).toBeNull();
});

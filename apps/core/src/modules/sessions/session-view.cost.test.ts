import { expect, test } from "vitest";
import { isCostKnown } from "./session-view.ts";

test("tokens that cost nothing have no price; no tokens cost nothing", () => {
  expect(isCostKnown({ costMicros: 0, inputTokens: 1_200, outputTokens: 80 })).toBe(false);
  expect(isCostKnown({ costMicros: 1, inputTokens: 1, outputTokens: 0 })).toBe(true);
  expect(isCostKnown({ costMicros: 0, inputTokens: 0, outputTokens: 0 })).toBe(true);
});

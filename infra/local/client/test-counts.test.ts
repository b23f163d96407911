import { describe, expect, test } from "vitest";
import { readTestCounts } from "./test-counts.ts";

describe("readTestCounts", () => {
  test.each([
    ["node:test, TAP", "# tests 7\n# suites 2\n# pass 6\n# fail 1\n# cancelled 0", { passed: 6, failed: 1 }],
    ["node:test, spec", "ℹ tests 7\nℹ pass 7\nℹ fail 0\n", { passed: 7, failed: 0 }],
    ["vitest", " Test Files  1 passed (1)\n      Tests  1 failed | 4 passed (5)\n   Start at  10:00", { passed: 4, failed: 1 }],
    ["pytest", "=== 1 failed, 12 passed in 0.2s ===", { passed: 12, failed: 1 }],
    ["cargo", "test result: ok. 5 passed; 0 failed; 0 ignored", { passed: 5, failed: 0 }],
  ])("%s", (_name, output, counts) => {
    expect(readTestCounts(output)).toEqual(counts);
  });

  test("text without a summary", () => {
    expect(readTestCounts("the test was a pass, but nobody failed to notice")).toBeNull();
  });
});

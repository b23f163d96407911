export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

const numberAfter = (text: string, pattern: RegExp) => {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
};

/** What a test runner's summary says (node:test, vitest, jest, pytest, cargo, mocha); null when the text holds none. */
export function readTestCounts(output: string): TestCounts | null {
  const nodePassed = numberAfter(output, /^(?:#|ℹ) pass (\d+)$/gm);
  const nodeFailed = numberAfter(output, /^(?:#|ℹ) fail (\d+)$/gm);
  if (nodePassed !== null && nodeFailed !== null) return { passed: nodePassed, failed: nodeFailed };

  const summary = output.split("\n").findLast((line) => /\b\d+ (passed|passing)\b|\b\d+ (failed|failing)\b/.test(line));
  if (summary === undefined) return null;
  const passed = numberAfter(summary, /(\d+) pass(?:ed|ing)\b/g);
  const failed = numberAfter(summary, /(\d+) fail(?:ed|ing)\b/g);
  return { passed: passed ?? 0, failed: failed ?? 0 };
}

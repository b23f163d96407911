import { describe, expect, it } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

// Counted with OpenAI's o200k.
const counted: readonly (readonly [string, string, number])[] = [
  ["prose", "A provider that reports its own fault before it has said anything counts nothing.", 15],
  ["code", "export function stepFor(steps: readonly WireStep[], body: unknown): PlacedStep {\n  return steps[26];\n}\n", 27],
  [
    "a lock file",
    '"resolved": "https://registry.npmjs.org/zod/-/zod-4.1.5.tgz",\n      "integrity": "sha512-rcUUZqlLJgBC33IT3PNMgsCq6TzLQEG/Ei/KTCU0PedSWRMAXoOUN+4t/0H+Q8bdnLPdqUYnvboJT0bn/229qg==",\n',
    94,
  ],
  ["a hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 43],
  ["numbers", "1719,412.55,2026-11-23,8,19\n", 18],
  ["Chinese", "这个函数会检查输入参数是否合法，如果不合法就会抛出异常并记录错误日志。", 21],
];

describe("estimateTokens", () => {
  it.each(counted)("%s within a third", (_, text, tokens) => {
    const ratio = estimateTokens(text) / tokens;
    expect(ratio).toBeGreaterThan(0.67);
    expect(ratio).toBeLessThan(1.33);
  });

  it("nothing has none", () => expect(estimateTokens("")).toBe(0));
});

import { describe, expect, it } from "vitest";
import { globPattern } from "./glob-pattern.ts";

describe("globPattern", () => {
  it.each([
    ["*.ts", ["a.ts", ".a.ts"], ["src/a.ts", "a.tsx", "ats"]],
    ["**/*.ts", ["a.ts", "src/a.ts", ".github/x/a.ts"], ["a.js"]],
    ["src/**", ["src/a", "src/b/c"], ["src", "other/a"]],
    ["src/**/test/*.ts", ["src/test/a.ts", "src/x/y/test/a.ts"], ["src/a.ts", "srctest/a.ts"]],
    ["*.{ts,tsx}", ["a.ts", "a.tsx"], ["a.js", "a.{ts,tsx}"]],
    ["{a,{b,c}/d}.md", ["a.md", "b/d.md", "c/d.md"], ["d.md"]],
    ["[a-c]?.txt", ["ax.txt"], ["dx.txt", "a.txt", "a/.txt"]],
    ["[!a]", ["b"], ["a", "/"]],
    ["a+(b)|c.$", ["a+(b)|c.$"], ["aab", "c"]],
    ["\\*", ["*"], ["a"]],
    ["[", ["["], []],
    ["{a", ["{a"], []],
    ["a\nb*", ["a\nb c"], []],
  ])("%s", (glob, matching, others) => {
    for (const path of matching) expect(globPattern(glob).test(path), path).toBe(true);
    for (const path of others) expect(globPattern(glob).test(path), path).toBe(false);
  });
});

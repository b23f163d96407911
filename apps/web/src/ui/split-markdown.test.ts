import { describe, expect, it } from "vitest";
import { splitMarkdown } from "./split-markdown.ts";

describe("splitMarkdown", () => {
  it("cuts between paragraphs", () => {
    expect(splitMarkdown("one\ntwo\n\nthree")).toEqual(["one\ntwo\n", "three"]);
  });

  it("keeps fenced code whole, also while its end is missing", () => {
    const code = "```ts\nconst a = 1;\n\nconst b = 2;\n```";
    expect(splitMarkdown(`${code}\n\nafter`)).toEqual([`${code}\n`, "after"]);
    expect(splitMarkdown("```ts\nconst a = 1;\n\nconst b")).toHaveLength(1);
  });

  it("keeps a loose list whole", () => {
    expect(splitMarkdown("1. one\n\n2. two\n\n   more of two")).toHaveLength(1);
  });

  it("says nothing for nothing", () => {
    expect(splitMarkdown("")).toEqual([]);
    expect(splitMarkdown("\n\n")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { limits } from "../../platform/limits.ts";
import { promptSchema } from "./contract.ts";
import { decodeLogged, encodeLogged, storableJson } from "./event-encoding.ts";
import { titleOf } from "./title-of.ts";

describe("a prompt", () => {
  it.each([
    ["tabs and line ends", "do\tthis\r\nand that\n", true],
    ["emoji and scripts", "修复测试 🙂 — bitte", true],
    ["an escape character", "do \u001b[31mthis", false],
    ["a NUL", "do\u0000this", false],
    ["C1 controls", "do\u0085this", false],
    ["nothing but space", " \n\t ", false],
    ["a megabyte", "x".repeat(1_000_000), false],
    ["exactly the limit", "x".repeat(limits.prompt.maxChars), true],
  ])("with %s", (_name, text, isTaken) => {
    expect(promptSchema.safeParse(text).success).toBe(isTaken);
  });
});

describe("a title", () => {
  it.each([
    ["the first line that says something", "\n\n  Fix   the login \nand more", "Fix the login"],
    ["a long line, cut at a word", `${"word ".repeat(30)}`, `${"word ".repeat(16).trim()}…`],
    ["a long line without words", "x".repeat(200), `${"x".repeat(80)}…`],
  ])("is %s", (_name, prompt, title) => {
    expect(titleOf(prompt)).toBe(title);
  });
});

describe("what is stored", () => {
  it("replaces what jsonb can't hold, in keys as well, and nothing else", () => {
    expect(JSON.parse(storableJson({ "a\u0000": "b\u0000", c: ["\ud800x", "\\u0000", "😀"] }))).toEqual({
      "a\uFFFD": "b\uFFFD",
      c: ["\uFFFDx", "\\u0000", "😀"],
    });
  });

  it("reads back as the event that was written", () => {
    const encoded = encodeLogged(7, "2026-01-01T00:00:00.000Z", "session.updated", storableJson({ title: 'a "title"' }));
    expect(decodeLogged(encoded)).toEqual({
      seq: 7,
      at: "2026-01-01T00:00:00.000Z",
      type: "session.updated",
      data: { title: 'a "title"' },
    });
  });
});

import { describe, expect, test } from "vitest";
import { complete, completionAt } from "./completion-at.ts";

describe("what can be completed at the caret", () => {
  test.each([
    ["/", 1, { kind: "command", query: "" }],
    ["/rev", 4, { kind: "command", query: "rev" }],
    ["look at @src/a", 14, { kind: "mention", query: "src/a" }],
    ["@", 1, { kind: "mention", query: "" }],
    ["(@x", 3, { kind: "mention", query: "x" }],
  ])("%j at %d", (text, caret, found) => {
    expect(completionAt(text, caret)).toMatchObject(found);
  });

  test.each([
    ["a /rev", 6],
    ["mail me@example.com", 19],
    ["/review x", 9],
    ["@a b", 4],
  ])("nothing in %j at %d", (text, caret) => {
    expect(completionAt(text, caret)).toBeNull();
  });

  test("a completion takes the place of what was typed", () => {
    const at = completionAt("see @re please", 7);
    expect(at && complete("see @re please", at, "README.md")).toEqual({ text: "see @README.md please", caret: 15 });
  });
});

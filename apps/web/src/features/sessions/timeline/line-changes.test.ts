import { describe, expect, it } from "vitest";
import { lineChanges } from "./line-changes.ts";

const short = (before: string, after: string) => lineChanges(before, after).map(({ kind, text }) => `${kind[0]}:${text}`);

describe("lineChanges", () => {
  it("keeps what both begin and end with", () => {
    expect(short("a\nb\nc", "a\nx\ny\nc")).toEqual(["s:a", "r:b", "a:x", "a:y", "s:c"]);
  });

  it("does not count a line twice when one text holds the other", () => {
    expect(short("a\na", "a\na\na")).toEqual(["s:a", "s:a", "a:a"]);
  });

  it("shows a new text as added", () => {
    expect(short("", "a\nb")).toEqual(["a:a", "a:b"]);
  });
});

import { describe, expect, it } from "vitest";
import { safeReturnPath } from "./safe-return-path.ts";

describe("safeReturnPath", () => {
  it("keeps a path of this site", () => {
    expect(safeReturnPath("/w/acme/sessions?x=1#y")).toBe("/w/acme/sessions?x=1#y");
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", undefined])("refuses %s", (wish) => {
    expect(safeReturnPath(wish)).toBe("/");
  });
});

import { expect, test } from "vitest";
import { errorsAfter, searchResults, toolFacts } from "./tool-facts.ts";

test("a tool's notes become sentences; what is no note is passed over", () => {
  expect(toolFacts({ formatted: [{ path: "a.ts", name: "prettier" }], diagnostics: { state: "done", errors: 0 } })).toEqual([
    "a.ts was formatted by prettier.",
    "The language server found no error.",
  ]);
  expect(toolFacts({ status: 200, contentType: "text/html", bytes: 2_000 })).toEqual(["Answered 200, text/html, 2 KB."]);
  expect(toolFacts({ skill: { kind: "workspace", version: 3 } })).toEqual(["From the workspace, version 3."]);
  expect(toolFacts({ status: "odd" })).toEqual([]);
  expect(errorsAfter({ diagnostics: { state: "done", errors: 2 } })).toBe(2);
  expect(errorsAfter(null)).toBe(0);
});

test("only web addresses become links", () => {
  const results = [
    { title: "A", url: "https://a.example" },
    { title: "B", url: "javascript:alert(1)" },
  ];
  expect(searchResults({ results })).toEqual([results[0]]);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { search } from "./search-apart.ts";

const workspace = realpathSync(mkdtempSync(join(tmpdir(), "agent-search-apart-")));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const tools = { roots: { workspace, outputs: "/nonexistent" }, ripgrep: null };
for (const name of ["plain", "hostile"]) mkdirSync(join(workspace, name));
writeFileSync(join(workspace, "plain/a.txt"), `needle\n${"a".repeat(60)}b\n`);
writeFileSync(join(workspace, "hostile/.gitignore"), `${"*a".repeat(20)}*b\n`);
writeFileSync(join(workspace, "hostile", "a".repeat(200)), "");

it("finds by its own walk, and says what is refused", async () => {
  const grep = { op: "grep", pattern: "needle", path: "plain/a.txt", include: null, maxHits: 10 } as const;
  expect(await search(tools, grep)).toEqual({ hits: [{ path: "plain/a.txt", line: 1, text: "needle" }], truncated: false });
  expect(await search(tools, { op: "glob", pattern: "*.txt", path: "plain", maxHits: 10 })).toMatchObject({ paths: ["plain/a.txt"] });
  await expect(search(tools, { ...grep, pattern: "(" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(search(tools, { ...grep, path: "nothing" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it.each([
  ["a repository's .gitignore", { op: "glob", pattern: "*", path: "hostile", maxHits: 10 }],
  ["a pattern", { op: "grep", pattern: "(a+)+$", path: "plain/a.txt", include: null, maxHits: 10 }],
] as const)("answers while %s takes for ever, and gives up on it", async (_what, request) => {
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 20);
  await expect(search(tools, request, 500)).rejects.toThrow("too much to search");
  clearInterval(ticking);
  expect(ticks).toBeGreaterThan(5);
});

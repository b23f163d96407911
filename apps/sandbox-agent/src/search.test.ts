import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { glob, grep } from "./search.ts";

const workspace = realpathSync(mkdtempSync(join(tmpdir(), "agent-search-")));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const files: Record<string, string> = {
  ".gitignore": "*.log\n/dist/\nsecret\n!keep.log\n",
  ".github/ci.yml": "needle\n",
  "readme.md": "needle one\nnothing\nNeedle two\n",
  "src/app.ts": "const needle = 1;\r\n",
  "src/ui/button.tsx": "needle\n",
  "src/.gitignore": "generated/\n",
  "src/generated/api.ts": "needle\n",
  "src/trace.log": "needle\n",
  "keep.log": "needle\n",
  "dist/app.ts": "needle\n",
  "docs/dist/page.md": "needle\n",
  "secret/x.md": "needle\n",
  "node_modules/p/index.ts": "needle\n",
  ".git/config": "needle\n",
};
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), content);
}
writeFileSync(join(workspace, "binary.bin"), Buffer.from([0, 1, 2, ...Buffer.from("needle")]));
symlinkSync("/etc", join(workspace, "etc"));
symlinkSync(workspace, join(workspace, "circle"));

const found = ["/usr/bin/rg", "/usr/local/bin/rg"].find((file) => existsSync(file));
const ways = [{ way: "own walk", ripgrep: null }, ...(found ? [{ way: "ripgrep", ripgrep: found }] : [])];

describe.each(ways)("search by $way", ({ ripgrep }) => {
  const tools = { roots: { workspace, outputs: "/nonexistent" }, ripgrep };
  const globbed = async (pattern: string, path = ".") => (await glob(tools, pattern, path, 100)).paths;

  it("finds files by pattern, without what is ignored", async () => {
    expect(await globbed("*.ts")).toEqual(["src/app.ts"]);
    expect(await globbed("**/*.md")).toEqual(["docs/dist/page.md", "readme.md"]);
    expect(await globbed("*.{ts,tsx}")).toEqual(["src/app.ts", "src/ui/button.tsx"]);
    expect(await globbed("src/*")).toEqual(["src/.gitignore", "src/app.ts"]);
    expect(await globbed("*.log")).toEqual(["keep.log"]);
    expect(await globbed("ui/*.tsx", "src")).toEqual(["src/ui/button.tsx"]);
    expect(await globbed(`${workspace}/src/**/*.tsx`)).toEqual(["src/ui/button.tsx"]);
    expect(await globbed("*.yml")).toEqual([".github/ci.yml"]);
  });

  it("finds lines", async () => {
    const { hits, truncated } = await grep(tools, { pattern: "[Nn]eedle", path: ".", include: null, maxHits: 100 });
    expect(truncated).toBe(false);
    expect(hits).toEqual([
      { path: ".github/ci.yml", line: 1, text: "needle" },
      { path: "docs/dist/page.md", line: 1, text: "needle" },
      { path: "keep.log", line: 1, text: "needle" },
      { path: "readme.md", line: 1, text: "needle one" },
      { path: "readme.md", line: 3, text: "Needle two" },
      { path: "src/app.ts", line: 1, text: "const needle = 1;" },
      { path: "src/ui/button.tsx", line: 1, text: "needle" },
    ]);
  });

  it("keeps to a path, an include and a maximum", async () => {
    const search = (options: { path?: string; include?: string; maxHits?: number }) =>
      grep(tools, { pattern: "needle", path: options.path ?? ".", include: options.include ?? null, maxHits: options.maxHits ?? 100 });
    expect((await search({ path: "src" })).hits.map(({ path }) => path)).toEqual(["src/app.ts", "src/ui/button.tsx"]);
    expect((await search({ include: "*.tsx" })).hits.map(({ path }) => path)).toEqual(["src/ui/button.tsx"]);
    expect((await search({ path: "readme.md" })).hits).toEqual([{ path: "readme.md", line: 1, text: "needle one" }]);
    expect(await search({ maxHits: 2 })).toMatchObject({ truncated: true, hits: { length: 2 } });
  });

  it("shows the beginning of a line that has very many matches", async () => {
    const directory = join(workspace, "long");
    mkdirSync(directory);
    writeFileSync(join(directory, "a.min.js"), `${"x;".repeat(2_000_000)}\nx after\n`);
    writeFileSync(join(directory, "b.txt"), "x\xff in latin\n", "latin1");
    const { hits } = await grep(tools, { pattern: "x", path: "long", include: null, maxHits: 100 });
    rmSync(directory, { recursive: true });
    expect(hits.map(({ path, line, text }) => [path, line, text.slice(0, 12)])).toEqual([
      ["long/a.min.js", 1, "x;x;x;x;x;x;"],
      ["long/a.min.js", 2, "x after"],
      ["long/b.txt", 1, "x\ufffd in latin"],
    ]);
    expect(hits[0]?.text.length).toBe(2_000);
  });

  it("takes no file's name for another one's", async () => {
    const directory = join(workspace, "odd");
    mkdirSync(join(directory, "x\n."), { recursive: true });
    writeFileSync(join(directory, "x\n./readme.md"), "needle\n");
    writeFileSync(join(directory, "x\nreadme.md"), "needle\n");
    writeFileSync(join(directory, "x.md"), Buffer.concat([Buffer.from("needle\n".repeat(20_000)), Buffer.from([0])]));
    writeFileSync(join(directory, "y.md"), "needle\n");
    const { hits } = await grep(tools, { pattern: "needle", path: "odd", include: "*.md", maxHits: 30_000 });
    rmSync(directory, { recursive: true });
    expect([...new Set(hits.map(({ path }) => path))].filter((path) => path !== "odd/x.md").sort()).toEqual([
      "odd/x\n./readme.md",
      "odd/x\nreadme.md",
      "odd/y.md",
    ]);
  });

  it("says that a pattern is not a regular expression", async () => {
    await expect(grep(tools, { pattern: "(", path: ".", include: null, maxHits: 1 })).rejects.toThrow("not a regular expression");
  });
});

import { expect, test } from "vitest";
import { describeHover, describeLocations, describeSymbols } from "./describe-answers.ts";
import { describeAll, describeErrors } from "./describe-diagnostics.ts";

const at = (line: number, character = 0) => ({ start: { line, character } });

test("symbols are a tree of kinds and names, those of a project have their place", () => {
  const members = [{ name: "run", kind: 6, range: at(4) }];
  expect(describeSymbols([{ name: "Job", kind: 5, range: at(2), children: members }])).toEqual({
    text: "3: class Job\n  5: method run",
    count: 2,
  });
  const location = { uri: "file:///workspace/src/a%20b.ts", range: at(0) };
  expect(describeSymbols([{ name: "add", kind: 12, location }]).text).toBe("src/a b.ts:1: function add");
  expect(describeSymbols("nonsense")).toEqual({ text: "", count: 0 });
});

test("hover takes every form that servers give it", () => {
  expect(describeHover({ contents: "x: number" }).text).toBe("x: number");
  expect(describeHover({ contents: { kind: "markdown", value: "**x**" } }).text).toBe("**x**");
  expect(describeHover({ contents: [{ language: "ts", value: "x" }, "Doc.", ""] })).toEqual({ text: "x\n\nDoc.", count: 2 });
  expect(describeHover(null).count).toBe(0);
});

test("locations show their line, also where the file can't be read", async () => {
  const readFile = async (path: string) => {
    if (path !== "src/a.ts") throw new Error("no such file");
    return { content: Buffer.from("one\n  two\n"), stat: { kind: "file" as const, sizeBytes: 8, mtimeMs: 0 }, truncated: false };
  };
  const found = [
    { uri: "file:///workspace/src/a.ts", range: at(1, 2) },
    { uri: "file:///opt/lib.d.ts", range: at(0) },
  ];
  expect((await describeLocations(found, { readFile })).text).toBe("/opt/lib.d.ts:1:1: \nsrc/a.ts:2:3: two");
  expect(await describeLocations({ uri: "file:///workspace/src/a.ts", range: at(0) }, { readFile })).toEqual({
    text: "src/a.ts:1:1: one",
    count: 1,
  });
  expect(await describeLocations(null, { readFile })).toEqual({ text: "", count: 0 });
});

test("errors are 20 lines at most, without those of missing dependencies", () => {
  const items = Array.from({ length: 30 }, (_, line) => ({ range: at(line), severity: 1, message: `wrong\n  ${line}`, code: 2322 }));
  const many = describeErrors([{ path: "a.ts", items }]);
  expect(many.errors).toBe(30);
  expect(many.text.split("\n")).toHaveLength(20);
  expect(many.text).toMatch(/^30 errors in a\.ts:\n1:1 wrong 0 \[2322\]\n[\s\S]*… and 12 more$/);
  const missing = [
    { range: at(0), severity: 1, message: "Cannot find module 'react' or its corresponding type declarations.", code: 2307 },
    { range: at(1), severity: 1, message: "Cannot find module './gone.ts' or its corresponding type declarations.", code: 2307 },
    { range: at(2), severity: 2, message: "unused" },
  ];
  expect(describeErrors([{ path: "a.ts", items: missing }])).toEqual({
    errors: 1,
    text: "1 error in a.ts:\n2:1 Cannot find module './gone.ts' or its corresponding type declarations. [2307]",
  });
  expect(describeAll([{ path: "a.ts", items: missing }]).count).toBe(3);
  expect(describeErrors(undefined)).toEqual({ errors: 0, text: "" });
});

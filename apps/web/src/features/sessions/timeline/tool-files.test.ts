import { expect, test } from "vitest";
import { toolFiles } from "./tool-files.ts";

const call = (tool: string, input: unknown, output = "") => toolFiles({ tool, state: "completed", input, output });

test("the files of a call, whichever tool it is", () => {
  expect(call("read", { filePath: "/workspace/src/a.ts", offset: 12 })).toEqual([{ path: "src/a.ts", line: 12 }]);
  expect(call("lsp", { operation: "hover", filePath: "./a.ts", line: 3 })).toEqual([{ path: "a.ts", line: 3 }]);
  const patchText =
    "*** Begin Patch\n*** Add File: n.txt\n+x\n*** Delete File: gone.txt\n*** Update File: a.ts\n*** Move to: b.ts\n@@\n-x\n+y\n*** End Patch";
  expect(call("apply_patch", { patchText }).map(({ path }) => path)).toEqual(["n.txt", "b.ts"]);
  expect(call("grep", { pattern: "x" }, "a.ts:4: x\na.ts:9: x\nlib/b.ts:1: x: y\n(More than 100 hits: …)")).toEqual([
    { path: "a.ts", line: 4 },
    { path: "lib/b.ts", line: 1 },
  ]);
  expect(call("glob", { pattern: "*" }, "a.ts\nb.ts\n(More than 100 files: …)").map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
  expect(call("list", {}, "src/\nlink@\na.ts").map(({ path }) => path)).toEqual(["a.ts"]);
});

test("nothing outside the repository, nothing of a call without files, not more than fit", () => {
  expect(call("read", { filePath: "/etc/passwd" })).toEqual([]);
  expect(call("read", { filePath: "../x" })).toEqual([]);
  expect(call("bash", { command: "cat a.ts" }, "a.ts:1: x")).toEqual([]);
  expect(call("read", "odd")).toEqual([]);
  expect(call("glob", { pattern: "*" }, "No file fits. ** crosses directories, * does not.")).toEqual([]);
  expect(toolFiles({ tool: "grep", state: "error", input: {}, output: "a.ts:1: x" })).toEqual([]);
  expect(call("glob", {}, Array.from({ length: 50 }, (_, index) => `f${index}`).join("\n"))).toHaveLength(12);
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import type { ToolResult } from "@opencode/core/modules/tools/contract.ts";
import { builtinTools, fileVersionsOf, findTool, toModelTool } from "@opencode/core/modules/tools/index.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestRuntime, testRuntime } from "../sandbox/test-runtime.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

// One pixel.
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
let runtime: TestRuntime;
let sandbox: OpenSandbox;
let fileVersions = new Map<string, number>();
let calls = 0;
const workspaceId = newId("workspace");
const sessionId = newId("session");

async function call(
  name: string,
  input: unknown,
  options: { callId?: string; signal?: AbortSignal; onOutput?: (chunk: string) => void } = {},
): Promise<ToolResult> {
  const tool = findTool(name);
  if (!tool) throw new Error(`no tool ${name}`);
  const { callId = `call_${++calls}`, ...rest } = options;
  return tool.execute(input, { workspaceId, sessionId, sandbox, callId, fileVersions, ...rest });
}

describe.skipIf(!probe.ok && !process.env.CI)("the tools in a real sandbox", () => {
  beforeAll(async () => {
    runtime = testRuntime("bubblewrap");
    const started = await runtime.start((directory) => {
      mkdirSync(join(directory, "src/deep"), { recursive: true });
      writeFileSync(join(directory, "README.md"), "# Title\n\nneedle here\n");
      writeFileSync(join(directory, "src/deep/math.ts"), "export function add(a: number, b: number) {\n  return a - b;\n}\n");
      writeFileSync(join(directory, "long.txt"), Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`).join("\n"));
      writeFileSync(join(directory, "wide.txt"), `${"x".repeat(10_000)}\n`);
      writeFileSync(join(directory, "image.bin"), Buffer.from([0x89, 0x50, 0, 0, 1]));
      writeFileSync(join(directory, "dot.png"), Buffer.from(dot, "base64"));
      writeFileSync(join(directory, "photo.jpg"), Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(6 * 1024 * 1024)]));
      writeFileSync(join(directory, "paper.pdf"), "%PDF-1.7\n");
      writeFileSync(join(directory, "latin.txt"), Buffer.from([0x68, 0xe4, 0x0a]));
      writeFileSync(join(directory, "empty.txt"), "");
    });
    sandbox = started.box;
  });
  afterAll(() => runtime?.close());

  test("bash tells output and exit code, and streams", async () => {
    const chunks: string[] = [];
    const good = await call("bash", { command: "echo hello", description: "Says hello" }, { onOutput: (chunk) => chunks.push(chunk) });
    expect(good).toMatchObject({
      isError: false,
      exitCode: 0,
      title: "echo hello",
      output: "hello\n",
      metadata: { description: "Says hello" },
    });
    expect(chunks.join("")).toBe("hello\n");
    expect(await call("bash", { command: "echo no >&2; exit 3" })).toMatchObject({
      isError: true,
      exitCode: 3,
      output: "no\nExit code 3.",
    });
    expect((await call("bash", { command: "true" })).output).toMatch(/exit code 0 and printed nothing/);
  });

  test("bash tells a time-out and an interruption", async () => {
    const late = await call("bash", { command: "echo begun; sleep 30", timeout: 300 });
    expect(late).toMatchObject({ isError: true, metadata: { timedOut: true } });
    expect(late.output).toMatch(/begun[\s\S]*killed after 300 ms/);
    const controller = new AbortController();
    const running = call("bash", { command: "echo begun; sleep 30" }, { signal: controller.signal, onOutput: () => controller.abort() });
    const aborted = await running;
    expect(aborted).toMatchObject({ isError: true, metadata: { aborted: true } });
    expect(aborted.output).toMatch(/interrupted by the user/);
  });

  test("bash's long output is cut to head and tail, and all of it can be read", async () => {
    const long = await call("bash", { command: "seq 1 60000" });
    expect(Buffer.byteLength(long.output)).toBeLessThan(60_000);
    expect(long.output.startsWith("1\n2\n")).toBe(true);
    expect(long.output).toContain("60000");
    const { outputFile } = long.metadata;
    expect(typeof outputFile).toBe("string");
    expect(long.output).toContain(String(outputFile));
    const page = await call("read", { filePath: outputFile, offset: 30_000, limit: 2 });
    expect(page.output).toContain("30000: 30000\n30001: 30001");
  });

  test("read numbers lines, pages, and says what it can't show", async () => {
    expect((await call("read", { filePath: "README.md" })).output).toBe("1: # Title\n2: \n3: needle here");
    const page = await call("read", { filePath: "/workspace/long.txt", offset: 4_999 });
    expect(page.output).toBe("4999: line 4999\n5000: line 5000");
    const first = await call("read", { filePath: "long.txt" });
    expect(first.output).toMatch(/Lines 1 to 2000 of 5000. Read on with offset 2001/);
    expect((await call("read", { filePath: "wide.txt" })).output).toMatch(/line cut, 10000 characters/);
    expect((await call("read", { filePath: "empty.txt" })).output).toMatch(/empty/);
    expect(await call("read", { filePath: "long.txt", offset: 9_999 })).toMatchObject({
      isError: true,
      output: expect.stringMatching(/ends before line 9999/),
    });
    expect(await call("read", { filePath: "src" })).toMatchObject({ isError: true, output: expect.stringMatching(/directory.*list/) });
    expect(await call("read", { filePath: "image.bin" })).toMatchObject({ isError: true, output: expect.stringMatching(/binary/) });
    expect(await call("read", { filePath: "src/math.ts" })).toMatchObject({
      isError: true,
      output: expect.stringContaining("Did you mean src/deep/math.ts"),
    });
    expect(await call("read", { filePath: "/etc/passwd" })).toMatchObject({ isError: true });
    expect(await call("read", { filePath: "../../etc/passwd" })).toMatchObject({ isError: true });
  });

  test("read shows pictures to models that see, and says what it can't show", async () => {
    expect(await call("read", { filePath: "dot.png" })).toMatchObject({
      isError: false,
      output: expect.stringContaining("dot.png is a picture (image/png, 70 bytes)"),
      images: [{ mime: "image/png", data: dot }],
    });
    expect(await call("read", { filePath: "photo.jpg" })).toMatchObject({
      isError: true,
      output: expect.stringContaining("at most 5242880"),
    });
    expect(await call("read", { filePath: "paper.pdf" })).toMatchObject({ isError: true, output: expect.stringContaining("is a PDF") });
  });

  test("edit changes a place, says when it is none or several, and refuses what changed since", async () => {
    await call("read", { filePath: "src/deep/math.ts" });
    expect(await call("edit", { filePath: "src/deep/math.ts", oldString: "return a - b;", newString: "return a + b;" })).toMatchObject({
      isError: false,
    });
    expect((await call("bash", { command: "cat src/deep/math.ts" })).output).toContain("  return a + b;");
    expect(await call("edit", { filePath: "src/deep/math.ts", oldString: "return a * b;", newString: "x" })).toMatchObject({
      isError: true,
      output: expect.stringMatching(/not found/),
    });
    expect(await call("edit", { filePath: "src/deep/math.ts", oldString: "number", newString: "bigint" })).toMatchObject({
      isError: true,
      output: expect.stringMatching(/2 times \(lines 1, 1\)/),
    });
    expect(await call("edit", { filePath: "src/deep/math.ts", oldString: "number", newString: "bigint", replaceAll: true })).toMatchObject({
      isError: false,
      metadata: { replacements: 2 },
    });
    await call("bash", { command: "sleep 0.02; echo '// by hand' >> src/deep/math.ts" });
    const stale = await call("edit", { filePath: "src/deep/math.ts", oldString: "a + b", newString: "b + a" });
    expect(stale).toMatchObject({
      isError: true,
      metadata: { stale: true },
      output: expect.stringMatching(/changed since you last read it/),
    });
    expect(await call("write", { filePath: "src/deep/math.ts", content: "" })).toMatchObject({ isError: true, metadata: { stale: true } });
    await call("read", { filePath: "src/deep/math.ts" });
    expect(await call("edit", { filePath: "src/deep/math.ts", oldString: "a + b", newString: "b + a" })).toMatchObject({ isError: false });
    expect(await call("edit", { filePath: "latin.txt", oldString: "h", newString: "H" })).toMatchObject({
      isError: true,
      output: expect.stringMatching(/not UTF-8/),
    });
    expect(await call("edit", { filePath: "new/file.txt", oldString: "", newString: "made\n" })).toMatchObject({
      isError: false,
      output: "Created new/file.txt.",
    });
    expect(await call("edit", { filePath: "new/file.txt", oldString: "", newString: "again\n" })).toMatchObject({ isError: true });
  });

  test("a call that is repeated after a crash is done once", async () => {
    await call("write", { filePath: "twice.txt", content: "one\n" });
    const edit = { filePath: "twice.txt", oldString: "one\n", newString: "one\ntwo\n" };
    expect(await call("edit", edit, { callId: "crash_1" })).toMatchObject({ isError: false });
    fileVersions = new Map();
    expect(await call("edit", edit, { callId: "crash_1" })).toMatchObject({ isError: false });
    expect((await call("bash", { command: "cat twice.txt" })).output).toBe("one\ntwo\n");
  });

  test("a restarted worker knows from the results which state the session saw", async () => {
    const results = [await call("write", { filePath: "seen.txt", content: "1\n" }), await call("grep", { pattern: "x" })];
    fileVersions = fileVersionsOf(results.map((result) => JSON.parse(JSON.stringify(result.metadata)) as unknown));
    await call("bash", { command: "sleep 0.02; echo 2 > seen.txt" });
    expect(await call("edit", { filePath: "seen.txt", oldString: "2", newString: "3" })).toMatchObject({
      isError: true,
      metadata: { stale: true },
    });
  });

  test("write, grep, glob and list", async () => {
    expect(await call("write", { filePath: "docs/a/b.md", content: "one\ntwo\n" })).toMatchObject({
      isError: false,
      output: "Created docs/a/b.md (2 lines).",
    });
    expect((await call("write", { filePath: "docs/a/b.md", content: "three" })).output).toBe("Replaced docs/a/b.md (1 line).");
    expect(await call("write", { filePath: "docs", content: "x" })).toMatchObject({ isError: true });
    expect((await call("grep", { pattern: "need.e" })).output).toBe("README.md:3: needle here");
    expect((await call("grep", { pattern: "nowhere to be found" })).output).toMatch(/Nothing matches/);
    expect(await call("grep", { pattern: "(" })).toMatchObject({ isError: true });
    expect((await call("glob", { pattern: "**/*.ts" })).output).toBe("src/deep/math.ts");
    expect((await call("glob", { pattern: "*.nothing" })).output).toMatch(/No file fits/);
    expect((await call("list", {})).output.split("\n")).toEqual(expect.arrayContaining(["README.md", "src/", "docs/"]));
    expect(await call("list", { path: "missing" })).toMatchObject({ isError: true });
  });
});

test("invalid input names the field, does nothing and touches nothing", async () => {
  for (const tool of builtinTools) {
    expect(await tool.subject({ nonsense: true })).toMatchObject({ targets: tool.name === "list" ? ["."] : [] });
  }
  const result = await findTool("bash")?.execute(
    { command: 7, timeout: 999_999_999 },
    { workspaceId, sessionId, sandbox, callId: "invalid" },
  );
  expect(result).toMatchObject({ isError: true });
  expect(result?.output).toMatch(/- command: .*\n- timeout: .*10 minutes[\s\S]*Call bash again/);
});

test("tools are told to a model as plain JSON Schema", () => {
  expect(builtinTools.map((tool) => tool.name)).toEqual([
    "bash",
    "read",
    "write",
    "edit",
    "apply_patch",
    "grep",
    "glob",
    "list",
    "todowrite",
    "webfetch",
  ]);
  const edit = findTool("edit");
  expect(edit && toModelTool(edit)).toMatchObject({
    name: "edit",
    inputSchema: { type: "object", required: ["filePath", "oldString", "newString"], properties: { replaceAll: { type: "boolean" } } },
  });
});

import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import type { ToolResult } from "@opencode/core/modules/tools/contract.ts";
import { currentTodos, fileVersionsOf, findTool } from "@opencode/core/modules/tools/index.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestRuntime, type TestSandbox, testRuntime } from "../sandbox/test-runtime.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

let runtime: TestRuntime;
let started: TestSandbox;
let sandbox: OpenSandbox;
let fileVersions = new Map<string, number>();
let calls = 0;
const workspaceId = newId("workspace");
const sessionId = newId("session");

function call(name: string, input: unknown, options: { callId?: string; sandbox?: OpenSandbox } = {}): Promise<ToolResult> {
  const tool = findTool(name);
  if (!tool) throw new Error(`no tool ${name}`);
  const { callId = `patch_${++calls}`, sandbox: box = sandbox } = options;
  return tool.execute(input, { workspaceId, sessionId, sandbox: box, callId, fileVersions });
}

const patch = (...lines: string[]) => ({ patchText: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n") });
const text = async (path: string) => ((await sandbox.stat(path)) ? Buffer.from((await sandbox.readFile(path)).content).toString() : null);

// Nothing here touches the database: once is enough.
describe.skipIf((!probe.ok && !process.env.CI) || process.env.TEST_DATABASE === "postgres")("apply_patch in a real sandbox", () => {
  beforeAll(async () => {
    runtime = testRuntime("bubblewrap");
    started = await runtime.start((directory) => {
      mkdirSync(join(directory, "src"));
      for (const name of ["a", "b", "c", "d"])
        writeFileSync(join(directory, `src/${name}.ts`), `export const ${name} = 1;\nexport const two = 2;\n`);
      writeFileSync(join(directory, "run.sh"), "#!/bin/sh\necho hi\n");
      chmodSync(join(directory, "run.sh"), 0o755);
      writeFileSync(join(directory, "it's odd.txt"), "odd\n");
    });
    sandbox = started.box;
  });
  afterAll(() => runtime?.close());

  test("adds, changes, moves and deletes at once; the permission is asked for every path", async () => {
    const input = patch(
      "*** Add File: new/deep.ts",
      "+export const n = 1;",
      "*** Update File: src/a.ts",
      "@@",
      "-export const a = 1;",
      "+export const a = 10;",
      "*** Update File: run.sh",
      "*** Move to: bin/run",
      "@@",
      "-echo hi",
      "+echo ho",
      "*** Delete File: it's odd.txt",
    );
    expect(await findTool("apply_patch")?.subject(input)).toMatchObject({
      permission: "edit",
      targets: ["new/deep.ts", "src/a.ts", "run.sh", "bin/run", "it's odd.txt"],
    });
    const result = await call("apply_patch", input, { callId: "all-kinds" });
    expect(result).toMatchObject({ isError: false, title: "4 files" });
    expect(result.output).toBe("Created new/deep.ts.\nEdited src/a.ts.\nEdited and moved run.sh to bin/run.\nDeleted it's odd.txt.");
    expect(await Promise.all(["new/deep.ts", "src/a.ts", "bin/run", "run.sh", "it's odd.txt"].map(text))).toEqual([
      "export const n = 1;\n",
      "export const a = 10;\nexport const two = 2;\n",
      "#!/bin/sh\necho ho\n",
      null,
      null,
    ]);
    expect(statSync(join(started.place.workspace, "bin/run")).mode & 0o111).not.toBe(0);
    expect([...fileVersionsOf([result.metadata]).keys()]).toEqual(["new/deep.ts", "src/a.ts", "bin/run"]);

    const again = await call("apply_patch", input, { callId: "all-kinds" });
    expect(again).toMatchObject({ isError: false, output: result.output });
    expect(await text("src/a.ts")).toBe("export const a = 10;\nexport const two = 2;\n");
  });

  test("one file that does not fit leaves all as they were, and each is named", async () => {
    const result = await call(
      "apply_patch",
      patch(
        "*** Update File: src/b.ts",
        "@@",
        "-export const b = 1;",
        "+x",
        "*** Update File: src/c.ts",
        "@@",
        "-gone",
        "+x",
        "*** Delete File: src/nope.ts",
      ),
    );
    expect(result.isError).toBe(true);
    expect(result.output).toMatch(
      /src\/c\.ts: The hunk was not found: the file has no line "gone"[\s\S]*no file src\/nope\.ts[\s\S]*Nothing was changed\.$/,
    );
    expect(await text("src/b.ts")).toBe("export const b = 1;\nexport const two = 2;\n");
  });

  test("a write that fails puts back what was written before it", async () => {
    const breaking: OpenSandbox = {
      ...sandbox,
      writeFile: async (callId, path, content) => {
        if (path === "src/c.ts" && !callId.endsWith("-back")) throw new AppError("PAYLOAD_TOO_LARGE", "There is no room left.");
        return sandbox.writeFile(callId, path, content);
      },
    };
    const two = patch(
      "*** Add File: fresh.ts",
      "+1",
      "*** Update File: src/b.ts",
      "@@",
      "-export const b = 1;",
      "+x",
      "*** Update File: src/c.ts",
      "@@",
      "-export const c = 1;",
      "+y",
    );
    const result = await call("apply_patch", two, { sandbox: breaking });
    expect(result).toMatchObject({
      isError: true,
      output: expect.stringContaining("src/c.ts could not be written: There is no room left. All files were put back"),
    });
    expect(await Promise.all(["fresh.ts", "src/b.ts", "src/c.ts"].map(text))).toEqual([
      null,
      "export const b = 1;\nexport const two = 2;\n",
      "export const c = 1;\nexport const two = 2;\n",
    ]);
  });

  test("a worker that dies half-way: repeated, the rest is done, and nothing twice", async () => {
    const dying: OpenSandbox = {
      ...sandbox,
      writeFile: async (callId, path, content) => {
        if (path === "src/d.ts") throw new Error("the worker died");
        return sandbox.writeFile(callId, path, content);
      },
    };
    const input = patch(
      "*** Update File: src/b.ts",
      "@@",
      "-export const b = 1;",
      "+export const b = 3;",
      "*** Update File: src/d.ts",
      "@@",
      "-export const d = 1;",
      "+export const d = 3;",
    );
    await expect(call("apply_patch", input, { callId: "half", sandbox: dying })).rejects.toThrow("the worker died");
    fileVersions = new Map();
    expect(await call("apply_patch", input, { callId: "half" })).toMatchObject({ isError: false });
    expect(await Promise.all(["src/b.ts", "src/d.ts"].map(text))).toEqual([
      "export const b = 3;\nexport const two = 2;\n",
      "export const d = 3;\nexport const two = 2;\n",
    ]);
  });

  test("a file that changed since it was read is not patched", async () => {
    await call("read", { filePath: "src/c.ts" });
    await call("bash", { command: "sleep 0.01; echo '// more' >> src/c.ts" });
    const stale = await call("apply_patch", patch("*** Update File: src/c.ts", "@@", "-export const c = 1;", "+y"));
    expect(stale).toMatchObject({
      isError: true,
      metadata: { stale: true },
      output: expect.stringContaining("has changed since you last read it"),
    });
  });

  test("paths outside of the workspace and links out of it are refused", async () => {
    expect(await call("apply_patch", patch("*** Add File: /etc/evil", "+x"))).toMatchObject({ isError: true });
    expect(await call("apply_patch", patch("*** Add File: ../evil", "+x"))).toMatchObject({ isError: true });
    await call("bash", { command: "ln -s /tmp out" });
    expect(await call("apply_patch", patch("*** Add File: out/evil", "+x"))).toMatchObject({ isError: true });
    expect(await text("src/b.ts")).toContain("b = 3");
  });

  test("todowrite keeps the list in its part; the last one is the session's", async () => {
    const todos = [
      { content: "Read", status: "completed", priority: "high" },
      { content: "Write", status: "in_progress" },
    ];
    const result = await call("todowrite", { todos });
    expect(result).toMatchObject({
      isError: false,
      title: "1 of 2 done",
      output: "The list is kept.\n[x] (high) Read\n[>] (medium) Write",
    });
    const part = (metadata: unknown, state = "completed") => ({ type: "tool", tool: "todowrite", state, metadata });
    expect(currentTodos([part({ todos: [] }), part(result.metadata), part({ todos: [] }, "error"), { type: "text" }])).toEqual([
      todos[0],
      { ...todos[1], priority: "medium" },
    ]);
    expect(await call("todowrite", { todos: [{ content: "", status: "odd" }] })).toMatchObject({ isError: true });
  });
});

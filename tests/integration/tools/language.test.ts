import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { provideLanguageServer } from "@opencode/core/modules/sandbox/agent/language-servers.ts";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { defaultLimits } from "@opencode/core/modules/sandbox/drivers.ts";
import type { ToolResult } from "@opencode/core/modules/tools/contract.ts";
import { fileVersionsOf, findTool } from "@opencode/core/modules/tools/index.ts";
import { withLanguageChecks } from "@opencode/core/modules/tools/language/after-edit.ts";
import type { AskingOptions } from "@opencode/core/modules/tools/language/choose-server.ts";
import type { LanguageSettings } from "@opencode/core/modules/tools/language/language-settings.ts";
import { withWarmServer } from "@opencode/core/modules/tools/language/warm-server.ts";
import { lspTool } from "@opencode/core/modules/tools/lsp.ts";
import type { Tool } from "@opencode/core/modules/tools/tool.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestRuntime, testRuntime } from "../sandbox/test-runtime.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

let runtime: TestRuntime;
let sandbox: OpenSandbox;
let calls = 0;
const workspaceId = newId("workspace");
const sessionId = newId("session");
const fileVersions = new Map<string, number>();
const asking: AskingOptions = {
  provide: (name) => provideLanguageServer(name, runtime.runtime.dataDirectory),
  // A busy machine is no reason to fail.
  timeoutMs: 25_000,
};

// A formatter of the repository's own, as node_modules/.bin holds them.
const formatter = `#!/usr/bin/env node
const fs = require("node:fs");
const file = process.argv.at(-1);
const text = fs.readFileSync(file, "utf8");
if (text.includes("unparsable")) { fs.writeFileSync(file, "half"); console.error("SyntaxError: no"); process.exit(2); }
fs.writeFileSync(file, text.replace(/;;+/g, ";"));
`;

// Says how often it was started and what it was shown; asked for diagnostics of "crash" it ends, of "hang" it never answers again,
// of "flood" it says very much.
const oddServer = `
import { readFileSync, writeFileSync } from "node:fs";
let start = "?";
try { writeFileSync("starts", "x", { flag: "a" }); start = readFileSync("starts", "utf8").length; } catch {}
let pending = Buffer.alloc(0), text = "";
let hangs = false;
const say = (message) => { if (hangs) return; const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message })); process.stdout.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body); };
process.stdin.on("data", (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  for (;;) {
    const head = pending.indexOf("\\r\\n\\r\\n");
    const length = Number(/\\d+/.exec(pending.toString("latin1", 0, Math.max(head, 0)))?.[0]);
    if (head < 0 || pending.length < head + 4 + length) return;
    const { id, method, params } = JSON.parse(pending.toString("utf8", head + 4, head + 4 + length));
    pending = pending.subarray(head + 4 + length);
    text = params?.textDocument?.text ?? params?.contentChanges?.[0]?.text ?? text;
    if (method === "initialize") say({ id, result: { capabilities: { diagnosticProvider: {} } } });
    if (method === "textDocument/diagnostic" && text === "crash") process.exit(9);
    if (method === "textDocument/diagnostic" && text === "hang") hangs = true;
    if (method === "textDocument/diagnostic" && text === "flood") text = "x".repeat(12 * 1024 * 1024);
    const at = { line: 0, character: 0 };
    if (method === "textDocument/diagnostic") say({ id, result: { items: [{ range: { start: at, end: at }, severity: 1, message: "start " + start + ": " + text }] } });
  }
});
`;

// Opens the debugger of the program that asks it.
const takingOver = `
process.kill(process.ppid, "SIGUSR1");
const look = async () => {
  const [found] = await (await fetch("http://127.0.0.1:9229/json")).json().catch(() => []);
  if (!found) throw new Error("not yet");
  const socket = new WebSocket(found.webSocketDebuggerUrl);
  const expression = "(function flood() { while (process.stdout.write('x'.repeat(1 << 20))); process.stdout.once('drain', flood); })()";
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } }));
};
const attempt = () => look().catch(() => setTimeout(attempt, 50));
attempt();
`;

function fill(directory: string): void {
  for (const path of ["src", "node_modules/.bin", "py", "plain"]) mkdirSync(join(directory, path), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(directory, path), text);
  write(
    "src/tsconfig.json",
    JSON.stringify({ compilerOptions: { strict: true, module: "nodenext", allowImportingTsExtensions: true, noEmit: true } }),
  );
  write("src/math.ts", "/** Adds. */\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n");
  write("src/main.ts", 'import { add } from "./math.ts";\nexport const sum = add(1, 2);\n');
  write(
    "src/other.ts",
    'import { readFileSync } from "node:fs";\nimport thing from "not-installed";\nexport const o = [readFileSync, thing];\n',
  );
  write(".prettierrc", "{}");
  write("node_modules/.bin/prettier", formatter);
  chmodSync(join(directory, "node_modules/.bin/prettier"), 0o755);
  write("py/pyproject.toml", "[project]\nname = 'x'\n");
  write("py/a.py", "x: int = 1\n");
  write("plain/a.rb", "puts 1\n");
}

function run(tool: Tool, input: unknown, callId = `lang_${++calls}`): Promise<ToolResult> {
  return tool.execute(input, { workspaceId, sessionId, sandbox, callId, fileVersions });
}

function checked(name: string, settings: LanguageSettings = {}): Tool {
  const tool = findTool(name);
  if (!tool) throw new Error(`no tool ${name}`);
  return withLanguageChecks(tool, settings, asking);
}

// Nothing here touches the database: once is enough.
describe.skipIf((!probe.ok && !process.env.CI) || process.env.TEST_DATABASE === "postgres")(
  "formatter and language server in a real sandbox",
  () => {
    beforeAll(async () => {
      runtime = testRuntime("bubblewrap", { limits: defaultLimits });
      sandbox = (await runtime.start(fill)).box;
    });
    afterAll(() => runtime?.close());

    test("an edit tells the errors of its file, and of no other", { timeout: 60_000 }, async () => {
      const result = await run(checked("edit", { formatter: false }), {
        filePath: "src/main.ts",
        oldString: "export const sum = add(1, 2);",
        newString: 'export const sum: string = add("1", 2);',
      });
      expect(result.isError).toBe(false);
      expect(result.output).toMatch(
        /^Edited src\/main\.ts\.\n2 errors in src\/main\.ts:\n2:14 Type 'number' is not assignable to type 'string'\. \[2322\]\n2:32 /,
      );
      expect(result.metadata).toMatchObject({ diagnostics: { state: "done", errors: 2 } });
      const mended = await run(checked("edit", { formatter: false }), {
        filePath: "src/main.ts",
        oldString: ': string = add("1", 2)',
        newString: " = add(1, 2)",
      });
      expect(mended.output).toBe("Edited src/main.ts.");
      expect(mended.metadata).toMatchObject({ diagnostics: { state: "done", errors: 0 } });
    });

    test("the formatter's change is told, its version remembered, and a repeated call does nothing twice", async () => {
      const write = checked("write", { lsp: false });
      const input = { filePath: "src/new.ts", content: "export const a = 1;;;\nexport const b = 2;\n" };
      const result = await run(write, input, "write-once");
      expect(result.output).toContain(
        "Created src/new.ts (2 lines).\nprettier then formatted src/new.ts:\n@@ -1,2 +1,2 @@\n-export const a = 1;;;\n+export const a = 1;",
      );
      expect(result.metadata).toMatchObject({ formatted: [{ path: "src/new.ts", name: "prettier" }] });
      const stat = await sandbox.stat("src/new.ts");
      expect(fileVersionsOf([result.metadata]).get("src/new.ts")).toBeCloseTo(stat?.mtimeMs ?? 0, 0);
      const again = await run(write, input, "write-once");
      expect(again.output).toContain("prettier then formatted");
      expect((await sandbox.stat("src/new.ts"))?.mtimeMs).toBe(stat?.mtimeMs);
      const edit = await run(checked("edit", { lsp: false }), { filePath: "src/new.ts", oldString: "b = 2", newString: "b = 3" });
      expect(edit).toMatchObject({ isError: false, output: "Edited src/new.ts." });
    });

    test("a formatter that fails leaves the file as it was written", async () => {
      const result = await run(checked("write", { lsp: false }), { filePath: "src/bad.ts", content: "unparsable\n" });
      expect(result).toMatchObject({
        isError: false,
        output: expect.stringContaining("prettier could not format src/bad.ts: SyntaxError: no"),
      });
      expect(Buffer.from((await sandbox.readFile("src/bad.ts")).content).toString()).toBe("unparsable\n");
    });

    test("a formatter and a server of the configuration's own are used, a missing one is passed over", async () => {
      const settings: LanguageSettings = {
        formatter: { upper: { command: ["sed", "-i", "s/puts/PUTS/", "$FILE"], extensions: [".rb"] } },
        lsp: { ruby: { command: ["no-such-server", "--stdio"], extensions: [".rb"] } },
      };
      const result = await run(checked("edit", settings), { filePath: "plain/a.rb", oldString: "1", newString: "2" });
      expect(result.output).toContain("upper then formatted plain/a.rb");
      expect(result.metadata).not.toHaveProperty("diagnostics");
      const asked = await run(lspTool(settings, asking), { operation: "diagnostics", filePath: "plain/a.rb" });
      expect(asked).toMatchObject({ isError: true, output: expect.stringContaining("ruby is not in this sandbox") });
    });

    test("a server that dies or hangs does not keep the edit", async () => {
      const settings: LanguageSettings = { lsp: { broken: { command: ["sh", "-c", "exit 3"], extensions: [".rb"] } } };
      const result = await run(checked("edit", settings), { filePath: "plain/a.rb", oldString: "2", newString: "3" });
      expect(result).toMatchObject({ isError: false, output: "Edited plain/a.rb.", metadata: { diagnostics: { state: "failed" } } });
    });

    test("dependencies that are not installed are no errors of the edit", async () => {
      const result = await run(checked("edit", { formatter: false }), {
        filePath: "src/other.ts",
        oldString: "[readFileSync, thing]",
        newString: "[thing]",
      });
      expect(result.output).toBe("Edited src/other.ts.");
    });

    test("lsp answers definition, references, hover and what is wrong", { timeout: 90_000 }, async () => {
      const lsp = lspTool({}, asking);
      const at = { filePath: "src/main.ts", line: 2, character: 20 };
      const definition = await run(lsp, { operation: "definition", ...at });
      const references = await run(lsp, { operation: "references", ...at });
      const hover = await run(lsp, { operation: "hover", ...at });
      const all = await run(lsp, { operation: "diagnostics", filePath: "src/math.ts" });
      expect(definition.output).toBe("src/math.ts:2:17: export function add(a: number, b: number): number {");
      expect(references.output.split("\n").map((line) => line.split(": ")[0])).toEqual([
        "src/main.ts:1:10",
        "src/main.ts:2:20",
        "src/math.ts:2:17",
      ]);
      expect(hover.output).toMatch(/add\(a: number, b: number\): number[\s\S]*Adds\./);
      expect(all.output).toBe("Nothing is wrong.");
      expect(await run(lsp, { operation: "hover", filePath: "src/main.ts" })).toMatchObject({
        isError: true,
        output: expect.stringContaining("need line and character"),
      });
      expect(await run(lsp, { operation: "diagnostics", filePath: "plain/a.rb" })).toMatchObject({
        isError: true,
        output: expect.stringContaining("No language server knows"),
      });
    });

    const inSandbox = (command: string) => sandbox.exec({ callId: `lang_${++calls}`, command, timeoutMs: 10_000 });

    test("a server that is kept knows what commands have changed since", { timeout: 60_000 }, async () => {
      const ask = async () => (await run(lspTool({}, asking), { operation: "diagnostics", filePath: "src/user.ts" })).output;
      await inSandbox("echo 'export const made = 1;' > src/made.ts");
      await inSandbox(`printf 'import { made } from "./made.ts";\\nexport const m: number = made;\\n' > src/user.ts`);
      expect(await ask()).toBe("Nothing is wrong.");
      await inSandbox(`echo 'export const made = "now text";' > src/made.ts`);
      expect(await ask()).toContain("Type 'string' is not assignable to type 'number'");
      await inSandbox("rm src/made.ts");
      expect(await ask()).toContain("Cannot find module './made.ts'");
      await inSandbox("echo 'export const m = 1;' > src/user.ts");
      expect(await ask()).toBe("Nothing is wrong.");
    });

    test("a server is started once, again after a crash, stopped when idle, and for one call where nothing may be written", async () => {
      await inSandbox(`cat > odd-server.mjs <<'EOF'\n${oddServer}\nEOF`);
      const settings: LanguageSettings = { lsp: { odd: { command: ["node", "odd-server.mjs"], extensions: [".odd"] } } };
      const lsp = lspTool(settings, { ...asking, idleMs: 60_000 });
      const ask = async (text: string, tool = lsp, access?: { workspace: "read-only" }) => {
        await inSandbox(`printf '%s' '${text}' > a.odd`);
        const context = { workspaceId, sessionId, sandbox, callId: `lang_${++calls}`, fileVersions, ...(access ? { access } : {}) };
        return (await tool.execute({ operation: "diagnostics", filePath: "a.odd" }, context)).output;
      };
      expect(await ask("one")).toContain("start 1: one");
      expect(await ask("two")).toContain("start 1: two");
      expect(await ask("crash")).toMatch(/odd failed: node ended with 9/);
      expect(await ask("three")).toContain("start 2: three");
      expect(await ask("four", lsp, { workspace: "read-only" })).toContain("start ?: four");
      const restless = lspTool(settings, { ...asking, idleMs: 10 });
      expect(await ask("five", restless)).toContain("start 2: five");
      await expect.poll(() => ask("six", restless), { timeout: 10_000 }).toContain("start 3: six");
    });

    test("reading a file has its server begin, once, where the reader may edit; nobody waits for it", async () => {
      await inSandbox(`rm -f starts && cat > odd-server.mjs <<'EOF'\n${oddServer}\nEOF`);
      await inSandbox("printf one > a.odd; printf two > b.odd");
      const settings: LanguageSettings = { lsp: { odd: { command: ["node", "odd-server.mjs", "3"], extensions: [".odd"] } } };
      const read = withWarmServer(findTool("read") ?? expect.unreachable(), settings, asking);
      const context = { workspaceId, sessionId, sandbox, fileVersions };
      const starts = async () => (await inSandbox("cat starts 2>/dev/null || true")).output;
      await read.execute({ filePath: "missing.odd" }, { ...context, callId: "warm-0" });
      await read.execute({ filePath: "a.odd" }, { ...context, callId: "warm-1", access: { workspace: "read-only" } });
      const shown = await read.execute({ filePath: "a.odd" }, { ...context, callId: "warm-2" });
      expect(shown).toMatchObject({ isError: false, output: expect.stringContaining("1: one") });
      await expect.poll(starts, { timeout: 20_000 }).toBe("x");
      await read.execute({ filePath: "b.odd" }, { ...context, callId: "warm-3" });
      const edited = await run(checked("edit", settings), { filePath: "b.odd", oldString: "two", newString: "three" });
      expect(edited.output).toContain("start 1: three");
      expect(await starts()).toBe("x");
    });

    test("a server that hangs is replaced after some questions, one that says too much only for that answer", {
      timeout: 60_000,
    }, async () => {
      await inSandbox(`rm -f starts && cat > odd-server.mjs <<'EOF'\n${oddServer}\nEOF`);
      const settings: LanguageSettings = { lsp: { odd: { command: ["node", "odd-server.mjs", "2"], extensions: [".odd"] } } };
      const ask = async (text: string, timeoutMs = 25_000) => {
        await inSandbox(`printf '%s' '${text}' > a.odd`);
        return (await run(lspTool(settings, { ...asking, timeoutMs }), { operation: "diagnostics", filePath: "a.odd" })).output;
      };
      expect(await ask("one")).toContain("start 1: one");
      expect(await ask("flood")).toContain("its answer is too long");
      expect(await ask("two")).toContain("start 1: two");
      expect(await ask("hang", 500)).toContain("did not answer");
      await expect.poll(() => ask("three", 500), { timeout: 30_000 }).toContain("start 2: three");
    });

    test("a server that takes over what asks it, and makes it write a line without an end, doesn't end the agent", async () => {
      const lsp = lspTool({ lsp: { flood: { command: ["node", "-e", takingOver], extensions: [".rb"] } } }, asking);
      const asked = await run(lsp, { operation: "diagnostics", filePath: "plain/a.rb" });
      expect(asked).toMatchObject({ isError: true, output: expect.stringContaining("it ended while it was asked") });
      expect((await inSandbox("echo fine")).output).toBe("fine\n");
    });

    test("pyright finds Python's errors", { timeout: 60_000 }, async () => {
      const result = await run(checked("edit"), { filePath: "py/a.py", oldString: "= 1", newString: '= "one"' });
      expect(result.output).toMatch(/1 error in py\/a\.py:\n1:10 Type "Literal\['one'\]" is not assignable to declared type "int"/);
    });
  },
);

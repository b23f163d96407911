import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { seenFile } from "@opencode/core/modules/sessions/agent-loop/seen-file.ts";
import type { RuleLayer } from "@opencode/core/modules/tools/contract.ts";
import { decideWithin, findTool } from "@opencode/core/modules/tools/index.ts";
import { evasionsOf } from "@opencode/core/modules/tools/testing.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestRuntime, testRuntime } from "../sandbox/test-runtime.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

const allow = { permission: "*", pattern: "*", action: "allow" } as const;
const edit = { permission: "edit", pattern: "*", action: "deny" } as const;
const noEdit: readonly RuleLayer[] = [{ layer: "workspace", rules: [allow, edit] }];

let runtime: TestRuntime;
let sandbox: OpenSandbox;
const ids = { workspaceId: newId("workspace"), sessionId: newId("session") };

describe.skipIf(!probe.ok && !process.env.CI)("where edits are denied", () => {
  beforeAll(async () => {
    runtime = testRuntime("bubblewrap");
    const started = await runtime.start((directory) => {
      writeFileSync(join(directory, "F"), "orig\n");
      writeFileSync(join(directory, "list"), "F\n");
      writeFileSync(join(directory, "build.sh"), "echo pwn > F; rm -f list; echo built\n");
    });
    sandbox = started.box;
  });
  afterAll(() => runtime?.close());

  const contentOf = async (path: string) => new TextDecoder().decode((await sandbox.readFile(path, { maxBytes: 100 })).content);

  async function run(command: string) {
    const bash = findTool("bash");
    if (!bash) throw new Error("no bash");
    const decision = decideWithin(await bash.subject({ command }), noEdit);
    const { access } = decision;
    const result = await bash.execute({ command }, { ...ids, sandbox, callId: newId("part"), ...(access ? { access } : {}) });
    return { decision, result };
  }

  test("a program that is judged by its name alone runs, and writes nothing", async () => {
    const { decision, result } = await run("bash build.sh");
    expect(decision).toMatchObject({ action: "allow", access: { workspace: "read-only" } });
    expect(result.output).toContain("built");
    expect(result.output).toMatch(/read-only/i);
    expect(await contentOf("F")).toBe("orig\n");
    expect(await contentOf("list")).toBe("F\n");
  });

  test("not even what a person let through by mistake gets round the mount", async () => {
    for (const command of evasionsOf("edit").filter((_, index) => index % 12 === 0)) {
      await run(command);
      expect(await contentOf("F"), command).toBe("orig\n");
    }
  });

  test("what a command runs is seen as it stands, or is known not to be seen", async () => {
    const made = await sandbox.exec({
      callId: newId("part"),
      command:
        "echo 'rm F' > /tmp/x.sh; ln -s /tmp/x.sh link.sh; mkfifo pipe; mkdir folder; printf 'rm F\\n' > 'it'\\''s.sh'; head -c 200000 /dev/zero > large.sh; head -c 200000 /dev/zero | tr '\\0' x > /tmp/large.sh",
      timeoutMs: 10_000,
    });
    expect(made.exitCode).toBe(0);
    for (const path of ["/workspace/link.sh", "/tmp/x.sh", "/workspace/it's.sh"])
      expect(await seenFile(sandbox, path), path).toEqual({ text: "rm F\n", isWhole: true });
    for (const path of ["/workspace/large.sh", "/tmp/large.sh"]) expect(await seenFile(sandbox, path)).toMatchObject({ isWhole: false });
    for (const path of ["/workspace/none.sh", "/tmp/none.sh", "/workspace/folder", "/workspace/F/x", "/usr/bin/env"])
      expect(await seenFile(sandbox, path), path).toBe("absent");
    expect(await seenFile(sandbox, "/workspace/pipe")).toBe("unknown");
  });
});

import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guidedTasks } from "@opencode/core/modules/providers/index.ts";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { directorySandbox } from "./directory-sandbox.ts";
import { playDemo } from "./play-demo.ts";

// Each test runs the sample's own tests several times, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const sample = join(import.meta.dirname, "../../../apps/core/src/modules/repositories/sample/files");
const [fix, csv, legacy] = guidedTasks.map((task) => task.prompt) as [string, string, string];

let root: string;
let sandbox: OpenSandbox;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "demo-tasks-"));
  await cp(sample, root, { recursive: true });
  sandbox = directorySandbox(root);
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function testNumbers(): Promise<{ pass: number; fail: number }> {
  const { output } = await sandbox.exec({ callId: "check", command: "node --test", timeoutMs: 60_000 });
  const count = (name: string) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, "m").exec(output)?.[1] ?? Number.NaN);
  return { pass: count("pass"), fail: count("fail") };
}

const file = (path: string) => readFile(join(root, path), "utf8");

describe("the sample repository", () => {
  it("has exactly one failing test", async () => {
    expect(await testNumbers()).toEqual({ pass: 15, fail: 1 });
  });
});

describe("fix the failing test", () => {
  it("goes from red to green without touching a test", async () => {
    const test = await file("test/instalments.test.ts");
    const play = await playDemo(sandbox, { prompt: fix });
    expect(await testNumbers()).toEqual({ pass: 16, fail: 0 });
    expect(await file("test/instalments.test.ts")).toBe(test);
    expect(play.asked).toEqual([]);
    expect(play.lastWords).toContain("Before: 15 of 16 tests pass, 1 fails. Now: all 16 tests pass.");
    expect(play.steps.some((calls) => calls.length > 1)).toBe(true);
  });

  it("asked again in the same session, says that nothing fails any more", async () => {
    const first = await playDemo(sandbox, { prompt: fix });
    const second = await playDemo(sandbox, { prompt: `  ${fix.toUpperCase()}\n`, before: first.messages });
    expect(second.lastWords).toBe("I ran the tests: all 16 tests pass. Nothing fails, so there is nothing to fix, and I changed nothing.");
  });

  it("gives up honestly when the code is not the one it knows", async () => {
    await writeFile(join(root, "src/money.ts"), (await file("src/money.ts")).replace("Math.floor", "Math.trunc"));
    const play = await playDemo(sandbox, { prompt: fix });
    expect(play.lastWords).toContain("not what my script knows how to mend, so I changed nothing");
  });

  it("says so when its change did not help", async () => {
    const lie = (name: string, callId: string) => ({
      type: "tool-result" as const,
      callId,
      name,
      output: "Edited src/money.ts.",
      isError: false,
    });
    const play = await playDemo(sandbox, { prompt: fix, intercept: (call) => (call.name === "edit" ? lie("edit", call.callId) : null) });
    expect(play.lastWords).toContain("did not help");
    expect(play.lastWords).toContain("15 of 16 tests pass, 1 fails");
  });

  it("runs the tests once more when they were interrupted", async () => {
    let runs = 0;
    const play = await playDemo(sandbox, {
      prompt: fix,
      intercept: (call) => {
        if (call.name !== "bash" || runs++ > 0) return null;
        return {
          type: "tool-result",
          callId: call.callId,
          name: "bash",
          output: "The command was interrupted by the user.",
          isError: true,
        };
      },
    });
    expect(play.lastWords).toContain("Now: all 16 tests pass.");
  });

  it("says what the command said when the tests can't run at all", async () => {
    const play = await playDemo(sandbox, {
      prompt: fix,
      intercept: (call) =>
        call.name === "bash"
          ? {
              type: "tool-result",
              callId: call.callId,
              name: "bash",
              output: "bash: npm: command not found\nExit code 127.",
              isError: true,
            }
          : null,
    });
    expect(play.lastWords).toContain("npm: command not found");
  });
});

describe("add the CSV export", () => {
  it("adds the feature with its test, and tells the truth about the test that failed before", async () => {
    const play = await playDemo(sandbox, { prompt: csv });
    expect(await testNumbers()).toEqual({ pass: 18, fail: 1 });
    expect(play.lastWords).toContain("with 3 new tests");
    expect(play.lastWords).toContain("failed before I began and still does");
    const { output } = await sandbox.exec({
      callId: "csv",
      timeoutMs: 20_000,
      command: `node --input-type=module -e 'import { toCsv, createInvoice } from "./src/index.ts"; process.stdout.write(toCsv([createInvoice({ number: "1", customer: "A, \\"B\\"", issuedOn: "2026-01-01", lines: [{ description: "x", quantity: 1, unitPrice: 5, taxPercent: 0 }] })]))'`,
    });
    expect(output).toBe('number,customer,issuedOn,dueOn,total\r\n1,"A, ""B""",2026-01-01,2026-01-31,0.05\r\n');
    const readme = await file("README.md");
    expect(readme).toContain("- [x] CSV export for the accountant (`src/to-csv.ts`)");
    expect(readme).not.toContain("Planned");
  });

  it("after the first task in the same session ends with everything green; a second time finds it there", async () => {
    const first = await playDemo(sandbox, { prompt: fix });
    const second = await playDemo(sandbox, { prompt: csv, before: first.messages });
    expect(await testNumbers()).toEqual({ pass: 19, fail: 0 });
    expect(second.lastWords).toContain("Now: all 19 tests pass.");
    expect((await playDemo(sandbox, { prompt: csv })).lastWords).toContain("is there already");
  });

  it("takes up what an aborted try has left behind", async () => {
    await playDemo(sandbox, { prompt: csv });
    await rm(join(root, "src/to-csv.ts"));
    await writeFile(join(root, "src/index.ts"), (await file("src/index.ts")).replace(/^.*to-csv.*\n/m, ""));
    await writeFile(join(root, "README.md"), await readFile(join(sample, "README.md"), "utf8"));
    const play = await playDemo(sandbox, { prompt: csv });
    expect(play.lastWords).toContain("with 3 new tests");
    expect(await testNumbers()).toEqual({ pass: 18, fail: 1 });
  });

  it("follows the README: another column makes another file", async () => {
    await writeFile(join(root, "README.md"), (await file("README.md")).replace("`dueOn`, `total`", "`tax`, `total`"));
    await playDemo(sandbox, { prompt: csv });
    expect(await file("src/to-csv.ts")).toContain("decimal(invoiceTotals(invoice).tax)");
    expect(await testNumbers()).toEqual({ pass: 18, fail: 1 });
  });

  it("builds nothing when the README plans nothing", async () => {
    await writeFile(join(root, "README.md"), "# Tally\n");
    expect((await playDemo(sandbox, { prompt: csv })).lastWords).toContain("no section that plans a CSV export");
  });
});

describe("remove the legacy formatter", () => {
  it("moves the callers, asks, deletes, and nothing that is printed changes", async () => {
    const play = await playDemo(sandbox, { prompt: legacy });
    expect(play.asked).toEqual(["rm src/legacy/format-amount.ts"]);
    await expect(stat(join(root, "src/legacy/format-amount.ts"))).rejects.toThrow("ENOENT");
    expect(await testNumbers()).toEqual({ pass: 15, fail: 1 });
    expect(await file("src/render.ts")).toContain('import { formatMoney } from "./money.ts";');
    expect(await file("README.md")).not.toContain("legacy");
    expect(play.lastWords).toContain("`src/reminders.ts` and `src/render.ts` now use `formatMoney`");
    const { exitCode } = await sandbox.exec({ callId: "example", command: "npm run example", timeoutMs: 20_000 });
    expect(exitCode).toBe(0);
  });

  it("keeps the file and says so when the deletion is rejected", async () => {
    const play = await playDemo(sandbox, { prompt: legacy, allow: false });
    expect(play.lastWords).toContain("You did not allow the deletion, so `src/legacy/format-amount.ts` stays.");
    await stat(join(root, "src/legacy/format-amount.ts"));
    expect(await testNumbers()).toEqual({ pass: 15, fail: 1 });
  });

  it("tells a failed deletion from one that was not allowed, and finishes an aborted try", async () => {
    const render = (await file("src/render.ts")).replace(
      'formatAmount } from "./legacy/format-amount.ts"',
      'formatMoney } from "./money.ts"',
    );
    await writeFile(join(root, "src/render.ts"), render);
    const output = "rm: cannot remove 'src/legacy/format-amount.ts': Permission denied\nExit code 1.";
    const play = await playDemo(sandbox, {
      prompt: legacy,
      intercept: ({ callId, name, input }) =>
        JSON.stringify(input).includes('"rm ') ? { type: "tool-result", callId, name, output, isError: true } : null,
    });
    expect(play.lastWords).toContain("Deleting `src/legacy/format-amount.ts` failed: rm: cannot remove");
    expect((await playDemo(sandbox, { prompt: legacy })).lastWords).toContain("Nothing used the legacy formatter, and");
    expect(await testNumbers()).toEqual({ pass: 15, fail: 1 });
  });

  it("a second time finds nothing to remove", async () => {
    await playDemo(sandbox, { prompt: legacy });
    expect((await playDemo(sandbox, { prompt: legacy })).lastWords).toContain("nothing to remove");
  });
});

describe("anything else", () => {
  it.each(["Write me a poem", "fix", guidedTasks[0]?.title ?? ""])("answers %j in one friendly sentence", async (prompt) => {
    const play = await playDemo(sandbox, { prompt });
    expect(play.steps).toEqual([]);
    expect(play.lastWords).toContain("Settings → Providers");
    expect(play.lastWords.match(/[.!?](\s|$)/g)).toHaveLength(1);
  });

  it("does not play in another repository", async () => {
    await writeFile(join(root, "package.json"), '{"name":"something-else"}');
    const play = await playDemo(sandbox, { prompt: fix });
    expect(play.lastWords).toContain("not the sample repository");
    expect(play.steps).toHaveLength(1);
    expect(await testNumbers()).toEqual({ pass: 15, fail: 1 });
  });
});

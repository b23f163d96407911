import { execFile } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runningCalls } from "@opencode/core/modules/sandbox/companions.ts";
import type { ExecAccess, OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { companionPlace } from "@opencode/core/modules/sandbox/driver.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextCall, shell } from "./driver-suite.ts";
import { smallLimits, type TestRuntime, type TestSandbox, testRuntime } from "./test-runtime.ts";

const docker = async (...args: string[]) => (await promisify(execFile)("docker", args)).stdout.trim();
const reading: ExecAccess = { workspace: "read-only" };

const countsTogether =
  process.getuid?.() === 0 &&
  (await docker("info", "--format", "{{.CgroupDriver}} {{.Name}}").catch(() => "")) === `cgroupfs ${hostname()}`;

/** How Docker holds one command to less than others: a second container, which begins, lives and ends with its sandbox. */
export function describeCompanions(): void {
  describe("a sandbox's companion", () => {
    let runtime: TestRuntime;
    let sandbox: TestSandbox;
    let box: OpenSandbox;
    const run = (command: string, access: ExecAccess, callId = nextCall()) => box.exec({ callId, command, access, timeoutMs: 20_000 });
    const containers = async (...more: string[]) =>
      (await docker("ps", ...more, "--filter", `label=dev.opencode.sandbox=${sandbox.place.sandboxId}`, "--format", "{{.Names}}"))
        .split("\n")
        .filter(Boolean)
        .sort();
    const nameOf = (kind: string) => `opencode-${sandbox.place.sandboxId}.${kind}`;

    beforeAll(async () => {
      runtime = testRuntime("docker");
      sandbox = await runtime.start((directory) => writeFileSync(join(directory, "kept.txt"), "kept\n"));
      box = sandbox.box;
    });
    afterAll(async () => {
      await runtime.close();
      expect(await containers("--all")).toEqual([]);
      const groups = readdirSync("/sys/fs/cgroup", { recursive: true }).filter((name) => name.toString().includes(sandbox.place.sandboxId));
      expect(groups).toEqual([]);
    });

    it("is made when it is needed, once for many calls at the same time, one for each way of holding", async () => {
      expect(await containers()).toHaveLength(1);
      await Promise.all([
        run("cat kept.txt", reading),
        run("cat kept.txt", reading),
        run("cat kept.txt", { ...reading, network: "policy" }),
      ]);
      expect(await containers()).toEqual([nameOf("reading").replace(".reading", ""), nameOf("reading")]);
      const offline = await run("echo x > made.txt; ls /opt/opencode/egress 2>&1", { network: "none" });
      expect(offline.output).toMatch(/No such file|cannot access/);
      expect((await shell(box, "cat made.txt")).output).toBe("x\n");
      const both = await run("echo x > made.txt; ls /opt/opencode/egress 2>&1; cat made.txt", { ...reading, network: "none" });
      expect(both.output).toMatch(/Read-only file system[\s\S]*(No such file|cannot access)[\s\S]*x\n$/);
      expect(await containers()).toHaveLength(4);
    });

    it("has half of the sandbox's memory and processes, its user, no rights and nothing of its neighbours", async () => {
      const said = await run(
        "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status; ls /sys/class/net; touch /x 2>&1; ls ~ /control",
        reading,
      );
      const usual = await shell(box, "id -u");
      expect(said.output.split("\n")[0]).toBe(usual.output.trim());
      expect(said.output).toMatch(/CapEff:\s+0+\nNoNewPrivs:\s+1\nlo\n/);
      const [memory, processes] = (
        await docker("inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}", nameOf("reading"))
      ).split(" ");
      expect(Number(memory)).toBe(Math.max(smallLimits.memoryBytes / 2, 256 * 1024 ** 2));
      expect(Number(processes)).toBe(Math.max(smallLimits.processes / 2, 32) + 64);
      const hog = await run(`node -e 'const all = []; for (;;) all.push(Buffer.alloc(20e6, 1))'`, reading);
      expect(hog.exitCode === 137 || hog.signal === "SIGKILL", JSON.stringify(hog)).toBe(true);
      expect((await shell(box, "echo fine")).output).toBe("fine\n");
    });

    it.runIf(countsTogether)("is counted with its sandbox: what both hold is never more than the sandbox may", async () => {
      const hold = `node -e 'const all = []; for (let i = 0; i < 20; i++) all.push(Buffer.alloc(10e6, 1)); console.log("held"); setTimeout(() => {}, 20000)'`;
      const held = Promise.withResolvers<void>();
      const abort = new AbortController();
      const holding = box.exec(
        { callId: nextCall(), command: hold, timeoutMs: 30_000 },
        { signal: abort.signal, onOutput: () => held.resolve() },
      );
      await held.promise;
      const much = `node -e 'const all = []; for (let i = 0; i < 12; i++) all.push(Buffer.alloc(10e6, 1)); console.log("too much")'`;
      const other = await run(much, reading);
      // One of the two had to go.
      if (other.output.includes("too much")) expect(await holding).not.toMatchObject({ exitCode: 0 });
      abort.abort();
      await holding;
      expect((await run("cat kept.txt", reading)).output).toBe("kept\n");
    });

    it("runs no call twice: one that has ended is answered from its journal, also by another worker and by a new companion", async () => {
      const first = await run("date +%N", reading, "once");
      box = (await sandbox.reconnect()) ?? box;
      expect((await run("date +%N", reading, "once")).output).toBe(first.output);
      await docker("rm", "--force", nameOf("reading"));
      expect((await run("date +%N", reading, "once")).output).toBe(first.output);
    });

    it("comes back when it was killed in the middle of a call, which is not run again", async () => {
      const started = Promise.withResolvers<void>();
      const request = { callId: nextCall(), command: "echo begun; sleep 30", access: reading, timeoutMs: 60_000 };
      const running = box.exec(request, { onOutput: () => started.resolve() });
      await started.promise;
      expect(await runningCalls(runtime.driver, sandbox.place)).toEqual([request.callId]);
      await docker("kill", nameOf("reading"));
      expect(await running).toMatchObject({ interrupted: true, exitCode: null });
      expect((await run("cat kept.txt", reading)).output).toBe("kept\n");
    });

    it("two workers that want it at once have the same one", async () => {
      await docker("rm", "--force", nameOf("reading"));
      const other = await sandbox.reconnect();
      const [one, two] = await Promise.all([
        run("echo one", reading),
        other?.exec({ callId: nextCall(), command: "echo two", access: reading, timeoutMs: 20_000 }),
      ]);
      expect([one.output, two?.output]).toEqual(["one\n", "two\n"]);
      expect((await containers("--all")).filter((name) => name === nameOf("reading"))).toHaveLength(1);
      await other?.close();
    });

    it("what it leaves in /outputs and in its control directory counts to the disk, and so does what others leave there", async () => {
      const fill = "for i in $(seq 1 40); do head -c 10M /dev/zero > $0/f$i; sleep 0.1; done";
      for (const [place, access] of [
        ["/control", reading],
        ["/outputs", {}],
        ["/control", {}],
      ] as const) {
        const result = await box.exec({ callId: nextCall(), command: fill.replace("$0", place), access, timeoutMs: 20_000 });
        expect(result, place).toMatchObject({ stoppedFor: "disk" });
        await box.exec({ callId: nextCall(), command: `rm -f ${place}/f*`, access, timeoutMs: 20_000 });
      }
    });

    it("ends with its sandbox, also when that is removed while it is being started", async () => {
      await docker("rm", "--force", nameOf("reading"));
      const late = run("cat kept.txt", reading).catch((error: unknown) => error);
      await sandbox.stop();
      rmSync(sandbox.place.root, { recursive: true, force: true });
      await late;
      expect(await containers("--all")).toEqual([]);
      expect(existsSync(companionPlace(sandbox.place, "reading").root)).toBe(false);
    });
  });
}

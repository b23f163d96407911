import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecResult, OpenSandbox, SandboxDriverName } from "@opencode/core/modules/sandbox/contract.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestRuntime, type TestSandbox, testRuntime } from "./test-runtime.ts";

let calls = 0;
export const nextCall = () => {
  calls += 1;
  return `call-${calls}`;
};

export function shell(box: OpenSandbox, command: string, timeoutMs = 20_000): Promise<ExecResult> {
  return box.exec({ callId: nextCall(), command, timeoutMs });
}

export async function refusal(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => "it was allowed",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
  return outcome;
}

/** What every driver has to do, with the same words. */
export function describeDriver(name: SandboxDriverName): void {
  describe(`${name}: commands and files`, () => {
    let runtime: TestRuntime;
    let sandbox: TestSandbox;
    let box: OpenSandbox;

    beforeAll(async () => {
      runtime = testRuntime(name);
      sandbox = await runtime.start((directory) => {
        writeFileSync(join(directory, "readme.md"), "# Hello\nneedle here\n");
        writeFileSync(join(directory, ".gitignore"), "ignored.txt\nbuild/\n");
        writeFileSync(join(directory, "ignored.txt"), "needle\n");
        mkdirSync(join(directory, "src", "deep"), { recursive: true });
        mkdirSync(join(directory, "node_modules", "x"), { recursive: true });
        writeFileSync(join(directory, "src", "deep", "a.ts"), "export const a = 1; // needle\n");
        writeFileSync(join(directory, "node_modules", "x", "a.ts"), "needle\n");
        symlinkSync("/etc/passwd", join(directory, "out"));
        symlinkSync("/etc", join(directory, "outdir"));
        symlinkSync("readme.md", join(directory, "inner"));
        execFileSync("mkfifo", [join(directory, "pipe")]);
      });
      box = sandbox.box;
    });
    afterAll(() => runtime.close());

    it("runs a command in the workspace and keeps the order of its output", async () => {
      const chunks: string[] = [];
      const result = await box.exec(
        { callId: nextCall(), command: "pwd; echo out; echo err >&2; cat readme.md; exit 3", timeoutMs: 10_000 },
        { onOutput: (chunk) => chunks.push(chunk) },
      );
      expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, aborted: false, truncated: false });
      expect(result.output).toBe("/workspace\nout\nerr\n# Hello\nneedle here\n");
      expect(chunks.join("")).toBe(result.output);
    });

    it("gives each command the same, whether its shell was started for it or was waiting", async () => {
      // Without namespaces of its own a command sees the numbers of all others.
      // The shell lists them itself: programs of a pipe see one another or not, by which of them starts first.
      const own = name === "bubblewrap" ? 'echo "$PPID $$" /proc/[0-9]*; ' : "";
      const looks = [
        "env | grep -v _PORT | sed 's/127.0.0.1:[0-9]*/127.0.0.1:PORT/g; s/proxyPort=[0-9]*/proxyPort=PORT/g' | sort",
        'echo "$0 $# $- $SHLVL"; readlink /proc/self/fd/0; cat; ls /proc/$$/fd',
        "cat /proc/self/oom_score_adj; grep -E 'Cap|Seccomp|NoNewPrivs|Uid|Gid|Sig(Pnd|Blk|Ign|Cgt)' /proc/self/status",
        "trap; ulimit -a; umask; id -u; pwd; jobs; set -o | sort | md5sum; printf '%s' \"it's \\$HOME \\\\ ok\"",
      ];
      const command = own + looks.join("; ");
      const seen: string[] = [];
      for (let count = 0; count < 4; count++) seen.push((await shell(box, command)).output);
      expect(new Set(seen)).toEqual(new Set([seen[0]]));
      expect(seen[0]).toContain("it's $HOME \\ ok");
      // A command of another kind, and one whose predecessor's shell is taken away from under it.
      const [many, last] = await Promise.all([
        Promise.all([1, 2, 3].map((number) => shell(box, `sleep 0.05; echo ${number}`))),
        box.exec({ callId: nextCall(), command: "kill -9 $$", timeoutMs: 5_000 }),
      ]);
      expect(many.map(({ output }) => output)).toEqual(["1\n", "2\n", "3\n"]);
      expect(last.signal ?? last.exitCode).not.toBe(0);
    });

    it("has Node and npm, also where the machine or the image has no npm", async () => {
      const own = await shell(box, "command -v npm && npm --version && node --version");
      expect(own.output).toMatch(/npm\n\d+\.\d+\.\d+\nv\d+/);
      const ours = await shell(box, "/opt/opencode/agent/bin/npm --version && /opt/opencode/agent/bin/npx --version");
      expect(ours).toMatchObject({ exitCode: 0 });
    });

    it("can name its own output", async () => {
      const { output } = await shell(box, "echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/stderr; echo d > /proc/self/fd/1");
      expect(output).toBe("a\nb\nc\nc\nd\n");
    });

    it("says what a command that doesn't parse is", async () => {
      const result = await shell(box, "if then");
      expect(result.exitCode).not.toBe(0);
      expect(result.output).toContain("syntax error");
    });

    it("is nobody, has no rights, and sees nothing of the worker's environment", async () => {
      const { output } = await shell(
        box,
        "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; env; cat /proc/1/environ | tr '\\0' '\\n'",
      );
      expect(output).toMatch(/^[1-9]\d*\n/);
      expect(output).toMatch(/CapBnd:\s0000000000000000/);
      expect(output).toMatch(/CapEff:\s0000000000000000/);
      expect(output).toMatch(/NoNewPrivs:\s1/);
      expect(output).not.toMatch(/SECRET|DATABASE|DATA_DIR|VITEST/);
    });

    it("does not let a secret of the worker in anywhere", async () => {
      // vitest's environment holds this one: tests/harness sets it.
      const canary = process.env.AUTH_SECRET ?? "";
      expect(canary.length).toBeGreaterThan(20);
      const halves = [canary.slice(0, 12), canary.slice(12)];
      const { output } = await shell(
        box,
        `needle="${halves[0]}""${halves[1]}"; grep -rlsa -- "$needle" /proc/[0-9]*/environ /proc/[0-9]*/cmdline /etc /tmp /home /workspace /outputs /control /opt/opencode/agent 2>/dev/null | grep -v /cmdline; echo done`,
      );
      expect(output.trim()).toBe("done");
    });

    it("never runs the same call id twice", async () => {
      const request = { callId: nextCall(), command: "echo run >> once.txt; cat once.txt", timeoutMs: 10_000 };
      const first = await box.exec(request);
      const [second, third] = await Promise.all([box.exec(request), box.exec({ ...request, command: "echo other" })]);
      expect(second).toEqual(first);
      expect(third).toEqual(first);
      expect(first.output).toBe("run\n");
    });

    it("lets a second caller attach to a call that is running", async () => {
      const request = { callId: nextCall(), command: "echo run >> attach.txt; sleep 0.5; cat attach.txt", timeoutMs: 10_000 };
      const first = box.exec(request);
      const other = await sandbox.reconnect();
      expect(await other?.exec(request)).toEqual(await first);
      expect((await first).output).toBe("run\n");
      await other?.close();
    });

    it("ends a command at its time limit: TERM first, then KILL for all that it started", async () => {
      const polite = await shell(box, "trap 'echo bye; exit 1' TERM; while true; do sleep 0.05; done", 400);
      expect(polite).toMatchObject({ exitCode: null, timedOut: true, aborted: false });
      expect(polite.output).toContain("bye");
      const stubborn = await shell(
        box,
        "trap '' TERM; (trap '' TERM; setsid sleep 987654 & sleep 987654) & while true; do sleep 1; done",
        400,
      );
      expect(stubborn).toMatchObject({ exitCode: null, timedOut: true });
      expect(stubborn.durationMs).toBeLessThan(2_000);
      await expect.poll(() => hostProcesses("sleep 987654")).toBe(0);
    });

    it("aborts", async () => {
      const abort = new AbortController();
      const running = box.exec(
        { callId: nextCall(), command: "echo up; sleep 30", timeoutMs: 60_000 },
        { signal: abort.signal, onOutput: () => abort.abort() },
      );
      const result = await running;
      expect(result).toMatchObject({ exitCode: null, aborted: true, timedOut: false, output: "up\n" });
      expect(result.durationMs).toBeLessThan(5_000);
    });

    it("does not wait for a daemon, and does not let it outlive its call", async () => {
      const result = await shell(box, "setsid nohup sleep 876543 >/dev/null 2>&1 & (sleep 876543 &) ; echo started");
      expect(result.output).toContain("started");
      expect(result.durationMs).toBeLessThan(3_000);
      await expect.poll(() => hostProcesses("sleep 876543")).toBe(0);
    });

    it("cuts a long output in the middle and keeps the whole in a file", async () => {
      const result = await shell(box, "seq 1 40000");
      expect(result.truncated).toBe(true);
      expect(Buffer.byteLength(result.output)).toBeLessThan(60_000);
      expect(result.output.startsWith("1\n2\n")).toBe(true);
      expect(result.output.endsWith("39999\n40000\n")).toBe(true);
      expect(result.output).toMatch(/bytes left out/);
      const whole = await box.readFile(result.outputFile ?? "");
      expect(Buffer.from(whole.content).toString()).toBe(Array.from({ length: 40_000 }, (_, index) => `${index + 1}\n`).join(""));
      expect((await shell(box, `wc -l < ${result.outputFile}`)).output.trim()).toBe("40000");
    });

    it("reads, writes, stats and lists", async () => {
      const read = await box.readFile("readme.md");
      expect(Buffer.from(read.content).toString()).toBe("# Hello\nneedle here\n");
      expect(read.stat).toMatchObject({ kind: "file", sizeBytes: 20 });
      expect(await box.readFile("/workspace/readme.md", { maxBytes: 7 })).toMatchObject({ truncated: true });
      const callId = nextCall();
      expect(await box.writeFile(callId, "new/dir/ü.txt", "grüße\n")).toMatchObject({ kind: "file", sizeBytes: 8 });
      expect((await shell(box, "cat new/dir/ü.txt; echo changed > new/dir/ü.txt")).output).toBe("grüße\n");
      await box.writeFile(callId, "new/dir/ü.txt", "again\n"); // the same call: journaled, not written twice
      expect(Buffer.from((await box.readFile("new/dir/ü.txt")).content).toString()).toBe("changed\n");
      expect(await box.stat("src")).toMatchObject({ kind: "directory" });
      expect(await box.stat("out")).toMatchObject({ kind: "symlink" });
      expect(await box.stat("no/such")).toBeNull();
      expect(await box.list("src")).toEqual([{ path: "src/deep", kind: "directory" }]);
      expect((await box.list(".")).map(({ path }) => path)).toContain("readme.md");
      expect((await box.list(".", { maxEntries: 2 })).length).toBe(2);
      expect(await refusal(box.readFile("no/such"))).toBe("NOT_FOUND");
    });

    it("keeps a file's mode and writes through a link that stays inside", async () => {
      await shell(box, "printf '#!/bin/sh\\necho 1\\n' > run.sh; chmod 755 run.sh; ln -s run.sh link.sh");
      await box.writeFile(nextCall(), "link.sh", "#!/bin/sh\necho 2\n");
      expect((await shell(box, "./run.sh; test -L link.sh && echo link")).output).toBe("2\nlink\n");
    });

    it("refuses paths that leave the workspace and things that are not files", async () => {
      for (const path of [
        "../x",
        "src/../../x",
        "/etc/passwd",
        "/proc/self/environ",
        "/control/agent.sock",
        "/workspace/../etc/passwd",
        "out",
        "outdir/passwd",
        "a\0b",
      ]) {
        expect(await refusal(box.readFile(path)), path).toBe("BAD_REQUEST");
      }
      for (const path of ["../x", "/etc/x", "/outputs/x", "outdir/x", "out", ".", "/workspace", "src", "pipe"]) {
        expect(await refusal(box.writeFile(nextCall(), path, "x")), path).toBe("BAD_REQUEST");
      }
      expect(await refusal(box.readFile("pipe"))).toBe("BAD_REQUEST");
      expect(await refusal(box.list("outdir"))).toBe("BAD_REQUEST");
      expect(await refusal(box.list("readme.md"))).toBe("BAD_REQUEST");
      expect(await refusal(box.glob("../*"))).toBe("BAD_REQUEST");
      expect(await refusal(box.exec({ callId: nextCall(), command: "true", cwd: "outdir", timeoutMs: 1_000 }))).toBe("BAD_REQUEST");
      expect(await refusal(box.grep("(", {}))).toBe("BAD_REQUEST");
    });

    it("is not fooled by a link that is swapped in between two looks", async () => {
      await box.writeFile(nextCall(), "race/file.txt", "inside\n");
      const swapping = shell(
        box,
        "cd race; end=$((SECONDS+2)); while [ $SECONDS -lt $end ]; do ln -sfn /etc/passwd file.txt; printf 'inside\\n' > t; mv -T t file.txt; done",
        10_000,
      );
      const seen = new Set<string>();
      for (let attempt = 0; attempt < 400; attempt += 1) {
        const content = await box.readFile("race/file.txt").then(
          (read) => Buffer.from(read.content).toString(),
          (error: unknown) => (error instanceof AppError ? error.code : "?"),
        );
        seen.add(content);
      }
      await swapping;
      expect([...seen].every((content) => ["inside\n", "BAD_REQUEST", "NOT_FOUND", ""].includes(content))).toBe(true);
    });

    it("bounds a large file", async () => {
      await shell(box, "truncate -s 50M sparse.bin");
      const read = await box.readFile("sparse.bin", { maxBytes: 1_000 });
      expect(read).toMatchObject({ truncated: true, stat: { sizeBytes: 50 * 1024 ** 2 } });
      expect(read.content.length).toBe(1_000);
      await shell(box, "rm sparse.bin");
    });

    it("lives with names that hold newlines and odd characters", async () => {
      await box.writeFile(nextCall(), "odd/a\nb $(x) '.txt", "needle odd\n");
      expect(await box.list("odd")).toEqual([{ path: "odd/a\nb $(x) '.txt", kind: "file" }]);
      expect((await box.glob("odd/*.txt")).paths).toEqual(["odd/a\nb $(x) '.txt"]);
      expect((await box.grep("needle odd")).hits).toEqual([{ path: "odd/a\nb $(x) '.txt", line: 1, text: "needle odd" }]);
    });

    it("searches what git would not ignore", async () => {
      expect((await box.glob("*.ts")).paths).toEqual(["src/deep/a.ts"]);
      expect((await box.glob("src/**/*.ts")).paths).toEqual(["src/deep/a.ts"]);
      expect((await box.glob("*.ts", { path: "src" })).paths).toEqual(["src/deep/a.ts"]);
      expect((await box.glob("**/*", { maxHits: 1 })).truncated).toBe(true);
      const { hits } = await box.grep("needle", { include: "*.{ts,md}" });
      expect(hits).toEqual([
        { path: "readme.md", line: 2, text: "needle here" },
        { path: "src/deep/a.ts", line: 1, text: "export const a = 1; // needle" },
      ]);
      expect((await box.grep("needle", { path: "readme.md" })).hits.map(({ line }) => line)).toEqual([2]);
      expect((await box.grep("needle", { maxHits: 1 })).truncated).toBe(true);
    });

    it("has bash, git and node", async () => {
      const { output, exitCode } = await shell(
        box,
        "git --version && node --version && bash --version | head -1 && git init -q g && cd g && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --oneline | wc -l",
      );
      expect(exitCode, output).toBe(0);
      expect(output).toMatch(/git version[\s\S]*v2\d\.[\s\S]*bash[\s\S]*1\n$/);
    });

    it("host sees the workspace as the commands left it", async () => {
      await shell(box, "echo seen > host.txt");
      expect(readFileSync(join(box.hostDirectory, "host.txt"), "utf8")).toBe("seen\n");
    });
  });

  describe(`${name}: death and return`, () => {
    let runtime: TestRuntime;
    beforeAll(() => {
      runtime = testRuntime(name);
    });
    afterAll(() => runtime.close());

    it("reports a call that died with its sandbox as interrupted and doesn't run it again", async () => {
      const sandbox = await runtime.start();
      const request = { callId: nextCall(), command: "echo run >> died.txt; sync died.txt; echo up; sleep 30", timeoutMs: 60_000 };
      const up = Promise.withResolvers<void>();
      const running = sandbox.box.exec(request, { onOutput: () => up.resolve() });
      await up.promise;
      await sandbox.stop();
      expect(await running).toMatchObject({ interrupted: true, exitCode: null });
      expect(await refusal(sandbox.box.stat("died.txt"))).toBe("UNAVAILABLE");
      expect(await sandbox.reconnect()).toBeNull();
      const again = await sandbox.restart();
      expect(await again.exec(request)).toMatchObject({ interrupted: true, exitCode: null });
      expect(await again.exec(request)).toMatchObject({ interrupted: true });
      expect((await shell(again, "cat died.txt")).output).toBe("run\n");
    });

    it("remembers results over a restart of the sandbox", async () => {
      const sandbox = await runtime.start();
      const request = { callId: nextCall(), command: "echo $RANDOM$RANDOM", timeoutMs: 5_000 };
      const first = await sandbox.box.exec(request);
      await sandbox.stop();
      expect(await (await sandbox.restart()).exec(request)).toEqual(first);
    });

    it("ends by itself when its directories are gone, and whatever runs in it", async () => {
      const sandbox = await runtime.start();
      const running = sandbox.box
        .exec({ callId: nextCall(), command: "echo up; exec -a orphan-marker sleep 654321", timeoutMs: 60_000 })
        .catch(() => null);
      await expect.poll(() => hostProcesses("orphan-marker")).toBeGreaterThan(0);
      rmSync(join(sandbox.place.control, "agent.sock"));
      await expect.poll(() => hostProcesses("orphan-marker"), { timeout: 15_000 }).toBe(0);
      await running;
      await sandbox.stop();
    });

    it("leaves nothing behind when it is stopped", async () => {
      const sandbox = await runtime.start();
      const started = sandbox.box.exec({ callId: nextCall(), command: "echo up; exec -a leftover-marker sleep 765432", timeoutMs: 60_000 });
      await expect.poll(() => hostProcesses("leftover-marker")).toBeGreaterThan(0);
      await sandbox.stop();
      await started;
      expect(hostProcesses("leftover-marker")).toBe(0);
      expect(existsSync(sandbox.place.record)).toBe(false);
      expect(existsSync(sandbox.place.workspace)).toBe(true);
    });
  });
}

function hostProcesses(marker: string): number {
  const lines = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.startsWith(marker)).length;
}

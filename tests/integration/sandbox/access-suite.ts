import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecAccess, OpenSandbox, SandboxDriverName } from "@opencode/core/modules/sandbox/contract.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextCall, refusal, shell } from "./driver-suite.ts";
import { type TestRuntime, type TestSandbox, testRuntime } from "./test-runtime.ts";

/** Ways in which a command that may only read tries to write all the same. Each prints its name when it has. */
const writes: Readonly<Record<string, string>> = {
  create: "echo x > new.txt",
  append: "echo x >> kept.txt",
  truncate: ": > kept.txt",
  remove: "rm -f kept.txt",
  rename: "mv kept.txt moved.txt",
  mode: "chmod 600 kept.txt && chmod 666 kept.txt",
  time: "touch kept.txt",
  "hard link": "ln kept.txt hard.txt",
  "hard link from outside": "ln /workspace/kept.txt /tmp/hard && echo x >> /tmp/hard",
  "symbolic link": "ln -s /etc/passwd link.txt",
  "link in a writable place": "ln -sf /workspace/kept.txt /tmp/link && echo x >> /tmp/link",
  "its root": "echo x >> /proc/self/root/workspace/kept.txt",
  "the root of process 1": "echo x >> /proc/1/root/workspace/kept.txt",
  "the directory of process 1": "echo x >> /proc/1/cwd/workspace/kept.txt",
  "every process's directory":
    'for p in /proc/[0-9]*; do for d in cwd root/workspace; do echo x >> "$p/$d/kept.txt" && exit 0; done; done; false',
  "every open file": "for f in /proc/[0-9]*/fd/*; do [ -d $f ] && echo x >> $f/kept.txt && exit 0; done; false",
  "reopening a descriptor": "exec 5<kept.txt; echo x > /proc/self/fd/5",
  "a descriptor opened for both": "exec 5<>kept.txt",
  remount: "mount -o remount,rw /workspace",
  "remount of a bind": "mount -o remount,bind,rw /workspace",
  "bind of it elsewhere": "mkdir -p /tmp/b && mount --bind /workspace /tmp/b && echo x >> /tmp/b/kept.txt",
  unmount: "umount -l /workspace && echo x >> /workspace/kept.txt",
  "a mount namespace": "unshare -Urm sh -c 'mount -o remount,rw /workspace && echo x >> /workspace/kept.txt'",
  "a second bubblewrap":
    "/opt/opencode/bin/bwrap --unshare-user --dev-bind / / --bind /workspace /workspace sh -c 'echo x >> /workspace/kept.txt'",
  "git's own files": "git init -q .",
  "its home": "echo x > $HOME/.gitconfig",
  "a program of home": "mkdir -p $HOME/bin && echo x > $HOME/bin/ls",
  "an output": "echo x > /outputs/x.txt",
  "the control directory": "ls -A /control | grep .",
  allocate: "fallocate -l 10 kept.txt",
  "extended attribute": 'python3 -c \'import os; os.setxattr("kept.txt", "user.a", b"1")\'',
  "shared memory": `python3 -c 'import mmap,os; f = os.open("kept.txt", os.O_RDWR); m = mmap.mmap(f, 4); m[0] = 120'`,
  "private memory": `python3 -c '
import mmap, os, ctypes
f = os.open("kept.txt", os.O_RDONLY)
m = mmap.mmap(f, 4, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
libc = ctypes.CDLL(None)
address = int(open("/proc/self/maps").read().split("kept.txt")[0].splitlines()[-1].split("-")[0], 16)
raise SystemExit(0 if libc.mprotect(ctypes.c_void_p(address), 4096, 3) == 0 else 1)'`,
  "the system call for handles": `python3 -c '
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
raise SystemExit(0 if libc.syscall(304, -100, 0, 2) >= 0 else 1)'`,
  io_uring: "python3 -c 'import ctypes; raise SystemExit(0 if ctypes.CDLL(None).syscall(425, 8, 0) >= 0 else 1)'",
};

const reading = { workspace: "read-only" } as const;

/** What `ExecRequest.access` and `stdin` promise, held by the kernel. */
export function describeAccess(name: SandboxDriverName): void {
  describe(`${name}: what one command may do`, () => {
    let runtime: TestRuntime;
    let sandbox: TestSandbox;
    let box: OpenSandbox;
    const run = (command: string, access: ExecAccess, stdin?: string) =>
      box.exec({ callId: nextCall(), command, timeoutMs: 30_000, access, ...(stdin !== undefined && { stdin }) });

    beforeAll(async () => {
      runtime = testRuntime(name);
      sandbox = await runtime.start((directory) => writeFileSync(join(directory, "kept.txt"), "kept\n"));
      box = sandbox.box;
    });
    afterAll(() => runtime.close());

    it("gives a command its standard input, and nothing when there is none", async () => {
      const text = `ü\n${"x".repeat(300_000)}\n`;
      const read = await run("head -1; wc -c < /dev/stdin; wc -c", {}, text);
      expect(read.output.split("\n")[0]).toBe("ü");
      expect((await run("wc -c", {}, text)).output.trim()).toBe(String(Buffer.byteLength(text)));
      expect((await run("cat /dev/stdin | tail -c 3; readlink /proc/self/fd/0", {}, "abc")).output).toContain("abc");
      expect((await run("wc -c", {})).output.trim()).toBe("0");
      expect(await refusal(run("true", {}, "x".repeat(5 * 1024 ** 2)))).toBe("PAYLOAD_TOO_LARGE");
    });

    it("holds a command that may only read to that", async () => {
      // What the agent itself writes lies open to every command of a container; nothing of it is the workspace's.
      const agents = name === "docker" ? ["an output", "the control directory"] : [];
      const attempts = Object.entries(writes).filter(([title]) => !agents.includes(title));
      const script = attempts.map(([title, attempt]) => `(cd /workspace; ${attempt}\n) >/dev/null 2>&1 && echo ${JSON.stringify(title)}`);
      const outcome = await run(`${script.join("\n")}\ncat kept.txt; true`, reading);
      expect(outcome).toMatchObject({ exitCode: 0, output: "kept\n" });
      const { output } = await shell(box, "cat kept.txt; ls -A; ls -A $HOME /tmp");
      expect(output).toBe("kept\nkept.txt\n/home/agent:\n\n/tmp:\n");
    });

    it("says why, lets it use /tmp, and leaves nothing there", async () => {
      const said = await run("echo x > new.txt; cat kept.txt | sort > /tmp/sorted && cat /tmp/sorted; cat <<< here", reading);
      expect(said.output).toMatch(/new\.txt: Read-only file system\nkept\nhere\n$/);
      expect((await shell(box, "ls /tmp")).output).toBe("");
    });

    it("leaves no trap for the agent of those that may write", async () => {
      const fileOf = (callId: string) => `/outputs/${createHash("sha256").update(callId).digest("hex").slice(0, 24)}.txt`;
      const long = (callId: string) => box.exec({ callId, command: "seq 1 40000", timeoutMs: 20_000 });
      await run(`ln -s /workspace/kept.txt ${fileOf("trap-1")}; mkfifo ${fileOf("trap-2")}; mkdir -p ${fileOf("trap-3")}/x`, reading);
      for (const callId of ["trap-1", "trap-2", "trap-3"]) {
        expect(await long(callId)).toMatchObject({ exitCode: 0, truncated: true, outputFile: fileOf(callId) });
        expect((await shell(box, `tail -1 ${fileOf(callId)}; cat kept.txt`)).output).toBe("40000\nkept\n");
      }
    });

    it("a command without network reaches nothing, not even its own sandbox's servers", async () => {
      const server = `node -e 'require("net").createServer((s) => s.end("up")).listen(4177, "127.0.0.1", () => console.log("listening"))'`;
      const listening = Promise.withResolvers<void>();
      const abort = new AbortController();
      const serving = box.exec(
        { callId: nextCall(), command: server, timeoutMs: 30_000 },
        { signal: abort.signal, onOutput: () => listening.resolve() },
      );
      await listening.promise;
      const ask = "timeout 3 bash -c 'cat < /dev/tcp/127.0.0.1/4177' 2>/dev/null; echo done; env | grep -i -c proxy";
      expect((await run(ask, {})).output).toContain("updone");
      expect((await run(ask, { network: "none" })).output).toBe("done\n0\n");
      abort.abort();
      await serving;
    });
  });
}

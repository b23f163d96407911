import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { OpenSandbox, SandboxDriverName } from "@opencode/core/modules/sandbox/contract.ts";
import { removePlace } from "@opencode/core/modules/sandbox/directories.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { nextCall, shell } from "./driver-suite.ts";
import { smallLimits, type TestRuntime, type TestSandbox, testRuntime } from "./test-runtime.ts";

/** What a hostile command tries. After each the sandbox still answers, or has ended and comes back over its workspace. */
export function describeBreakOuts(name: SandboxDriverName): void {
  // In a container commands share the agent's process namespace: they can end it, and with it their own sandbox only.
  const nested = name === "bubblewrap";

  describe(`${name}: break-outs`, () => {
    let runtime: TestRuntime;
    let sandbox: TestSandbox;
    let neighbour: TestSandbox;
    let box: OpenSandbox;

    beforeAll(async () => {
      runtime = testRuntime(name);
      sandbox = await runtime.start();
      neighbour = await runtime.start((directory) => writeFileSync(join(directory, "neighbour-secret.txt"), "the neighbour's own words\n"));
      box = sandbox.box;
    });
    afterAll(() => runtime.close());
    afterEach(async () => {
      const result = await box.exec({ callId: nextCall(), command: "echo alive", timeoutMs: 10_000 });
      expect(result.output).toBe("alive\n");
    });

    it("a fork bomb fills its own limit only", async () => {
      const before = processCount();
      const bomb = shell(box, "bomb() { bomb | bomb & }; bomb; sleep 30", 2_000);
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, processCount() - before);
      }, 100);
      const result = await bomb;
      clearInterval(watch);
      expect(most).toBeLessThan(smallLimits.processes + 100);
      expect(result.durationMs).toBeLessThan(10_000);
      await expect.poll(() => processCount() - before, { timeout: 5_000 }).toBeLessThan(20);
    });

    it("a memory hog is killed, and nothing else", async () => {
      const hog = await shell(box, `node -e 'const all = []; for (;;) all.push(Buffer.alloc(20e6, 1))'`, 20_000);
      expect(hog.exitCode === 137 || hog.signal === "SIGKILL" || hog.stoppedFor === "memory", JSON.stringify(hog)).toBe(true);
      expect(hog.timedOut).toBe(false);
      expect((await neighbour.box.exec({ callId: nextCall(), command: "echo fine", timeoutMs: 5_000 })).output).toBe("fine\n");
    });

    it("memory can't be had through file systems in memory either", async () => {
      const { output } = await shell(
        box,
        "for d in /tmp /dev/shm; do head -c 200M /dev/zero > $d/x 2>/dev/null; stat -c %s $d/x; rm -f $d/x; done",
      );
      for (const size of output.trim().split("\n")) expect(Number(size)).toBeLessThanOrEqual(smallLimits.tmpBytes);
    });

    it.runIf(nested)("there is no other file system in memory to fill, and no terminal of others to read", async () => {
      const { output } = await shell(
        box,
        "for d in /dev /control /opt/opencode/egress /run /etc / /opt /home; do (: > $d/x) 2>/dev/null && echo wrote $d; done; ls /dev/pts; tty; true",
      );
      expect(output).toBe("ptmx\nnot a tty\n");
    });

    it("a file of 10 GB ends at the limit of one file", async () => {
      const { output } = await shell(
        box,
        "head -c 10G /dev/zero > big 2>/dev/null; fallocate -l 10G big2 2>&1; truncate -s 10G big3 2>&1; stat -c %s big; rm -f big big2 big3",
      );
      expect(Number(output.trim().split("\n").at(-1))).toBeLessThanOrEqual(smallLimits.fileMaxBytes);
    });

    it("many files end at the limit of the disk", async () => {
      const result = await shell(
        box,
        "for i in $(seq 1 100); do head -c 10M /dev/zero > f$i; head -c 10M /dev/zero > ~/f$i; sleep 0.3; done",
        30_000,
      );
      expect(result).toMatchObject({ stoppedFor: "disk", exitCode: null });
      await shell(box, "rm -f f* ~/f*");
    });

    it("a flood of inodes ends at the limit", async () => {
      const result = await shell(box, "mkdir -p flood; cd flood; i=0; while true; do : > $i; i=$((i+1)); done", 30_000);
      expect(result).toMatchObject({ stoppedFor: "disk" });
      await shell(box, "rm -rf flood", 30_000);
    });

    it("an endless output fills neither memory nor disk", async () => {
      const result = await shell(box, "yes 'a line that never ends'", 2_000);
      expect(result).toMatchObject({ timedOut: true, truncated: true });
      const bytes = readdirSync(sandbox.place.outputs).reduce((sum, file) => sum + statSync(join(sandbox.place.outputs, file)).size, 0);
      expect(bytes).toBeLessThanOrEqual(smallLimits.outputFileMaxBytes * 2);
    });

    it("killing process 1 and everybody else hurts its own call at most", async () => {
      const result = await shell(box, "kill -9 1; kill -STOP 1; echo still here; kill -9 -1; sleep 0.5", 10_000);
      if (!nested && result.interrupted) {
        await sandbox.stop();
        box = await sandbox.restart();
      } else expect(result.durationMs).toBeLessThan(5_000);
    });

    it("the kernel's files can't be written", async () => {
      const files =
        "/proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/vm/overcommit_memory /proc/sys/kernel/modprobe /sys/kernel/uevent_helper /proc/1/oom_score_adj_x";
      const { output } = await shell(box, `for f in ${files}; do (echo x > $f) 2>/dev/null && echo "wrote $f"; done; true`);
      expect(output).toBe("");
    });

    it("nothing can be mounted, unmounted or unshared", async () => {
      const attempts = [
        "mount -t tmpfs none /tmp",
        "mount --bind / /tmp",
        "umount /proc",
        "umount -l /control",
        "unshare --user --map-root-user --mount true",
        "unshare --user true",
        "unshare --net true",
        "chroot / true",
        "mknod /tmp/disk b 8 0",
        "nsenter -t 1 -m true",
        "touch /usr/x",
        "touch /etc/x",
        "touch /x",
        "ln /etc/passwd /workspace/hard",
      ];
      const script = attempts.map((attempt) => `(${attempt}) >/dev/null 2>&1 && echo ${JSON.stringify(attempt)}`).join("\n");
      expect((await shell(box, `${script}\ntrue`)).output).toBe("");
    });

    it("system calls that only an attacker needs are refused", async () => {
      const { output } = await shell(box, `python3 -c 'import ctypes' 2>/dev/null || exit 0\npython3 - <<'PY'\n${systemCalls(nested)}\nPY`);
      expect(output.trim()).toBe("");
    });

    it("sees no file of the host and no neighbour", async () => {
      const { output } = await shell(
        box,
        `ls -d /root /work /var/lib/docker /run/docker.sock /etc/shadow ${neighbour.place.root} ${runtime.runtime.dataDirectory} 2>/dev/null | grep -v -e '^/root$' -e '^/etc/shadow$'; cat /etc/shadow 2>/dev/null; find / -xdev -name neighbour-secret.txt 2>/dev/null; find /proc/[0-9]*/root/ /proc/[0-9]*/cwd/ -maxdepth 2 -name neighbour-secret.txt 2>/dev/null; true`,
        20_000,
      );
      expect(output).toBe("");
    });

    it("reaches no socket of the host and no network", async () => {
      const tcp = await listening({ port: 0, host: "127.0.0.1" });
      const abstract = await listening({ path: "\0opencode-break-out-test" });
      const address = tcp.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const { output } = await shell(
        box,
        `for target in 127.0.0.1/${port} 1.1.1.1/80 169.254.169.254/80 10.0.0.1/80; do (timeout 2 bash -c "echo hi > /dev/tcp/$target") 2>/dev/null && echo "reached $target"; done
        node -e 'require("net").connect({path: "\\0opencode-break-out-test"}).on("connect", () => { console.log("reached the abstract socket"); process.exit() }).on("error", () => {})'
        cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' ' | grep -v '^lo$' | grep -v -E '^(sit|tunl|ip6tnl|gre|erspan|ip_vti|ip6_vti|ip6gre|gretap|teql|dummy|bond|ifb)' ; true`,
        20_000,
      );
      tcp.close();
      abstract.close();
      expect(output).toBe("");
    });

    it("leaves nothing with rights on the host", async () => {
      await shell(box, "cp /bin/true suid; chmod 6777 suid; mkfifo fifo; ln -s / rootlink");
      const stats = statSync(join(sandbox.place.workspace, "suid"));
      if (process.getuid?.() === 0) expect(stats.uid).not.toBe(0);
      expect(statSync(sandbox.place.root).mode & 0o077).toBe(0); // others can't even walk to it
      const { output } = await shell(box, "./suid && id -u; grep NoNewPrivs /proc/self/status");
      expect(output).toMatch(/^[1-9]\d*\nNoNewPrivs:\s1/);
    });

    it.runIf(nested)("the agent, its journal and its socket are out of a command's sight", async () => {
      const { output } = await shell(
        box,
        "ls -A /control; ls /proc | grep -E '^[0-9]+$' | while read p; do cat /proc/$p/cmdline 2>/dev/null | grep -a main[.]mjs; done; touch /outputs/x 2>/dev/null && echo wrote; true",
      );
      expect(output).toBe("");
    });

    it("leaves nothing that can't be removed: paths that are too long, names that are no text, closed directories", async () => {
      const hostile = await runtime.start();
      const deep = `const fs = require("fs"); for (let i = 0; i < 60; i++) { fs.mkdirSync("d".repeat(200)); process.chdir("d".repeat(200)); }`;
      const odd = `touch $'\\xff\\xfe' $'a\\nb' -- '-rf'; mkdir -p $'\\xc3/x' locked/x && touch locked/x/y && chmod 0 locked/x locked`;
      expect(await shell(hostile.box, `node -e '${deep}' && ${odd}`)).toMatchObject({ exitCode: 0 });
      await hostile.stop();
      await removePlace(hostile.place);
      expect(existsSync(hostile.place.root)).toBe(false);
    });

    it("the host is as it was", () => {
      expect(existsSync("/tmp/disk")).toBe(false);
      expect(execFileSync("mount", { encoding: "utf8" })).not.toContain(runtime.runtime.dataDirectory);
    });
  });
}

function listening(options: { port: number; host: string } | { path: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on("error", () => undefined));
    server.once("error", reject).listen(options, () => resolve(server));
  });
}

function processCount(): number {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).length;
}

/** Prints what was not refused. Numbers of x86-64; ptrace is refused below bubblewrap, Docker allows it within the container. */
function systemCalls(nested: boolean): string {
  return `
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
calls = {"bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0), "userfaultfd": (323, 0), "keyctl": (250, 0, -3, 1),
         "add_key": (248, b"user", b"x", b"y", 1, -3), "unshare": (272, 0x10000000), "setns": (308, 0, 0), "io_uring_setup": (425, 1, 0),
         "mount": (165, 0, b"/tmp", b"tmpfs", 0, 0), "init_module": (175, 0, 0, b""), "reboot": (169, 0xfee1dead, 672274793, 0x89abcdef),
         "pidfd_getfd": (438, -1, 0, 0), "open_by_handle_at": (304, -1, 0, 0), "kexec_load": (246, 0, 0, 0, 0)${nested ? ', "ptrace": (101, 0, 0, 0, 0)' : ""}}
if platform.machine() == "x86_64":
    for name, arguments in calls.items():
        ctypes.set_errno(0)
        result = libc.syscall(*arguments)
        if result >= 0 or ctypes.get_errno() not in (1, 38, 13):
            print(name, result, ctypes.get_errno())
    # Families that no network namespace holds, or that nobody needs: vsock, packet, XDP, Bluetooth, AF_ALG, AF_KEY.
    for family, kind in ((40, 1), (17, 3), (44, 3), (31, 3), (38, 5), (15, 3), (30, 1)):
        ctypes.set_errno(0)
        result = libc.socket(family, kind, 0)
        if result >= 0${nested ? "" : " and family != 40"}:
            print("socket", family)
`;
}

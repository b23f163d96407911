import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);
const original = "orig\n";
// Not ours to install: the product's own sandboxes need it as well.
const sandboxProgram = "bwrap";
const maxRunMs = 4_000;

// `effective`: run as it is, on a machine with the usual programs, it did remove or change F.
const evasionSchema = z.object({ class: z.enum(["rm", "edit"]), command: z.string(), effective: z.boolean().default(false) });
export type Evasion = z.infer<typeof evasionSchema>;

/** Our own ways round `rm *` denied and `edit` denied. */
export function readEvasions(): Evasion[] {
  const lines = readFileSync(new URL("./shell/fixtures/evasions.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => evasionSchema.parse(JSON.parse(line)));
}

/** Those that need nothing but a shell and the usual small programs, and end by themselves. */
export function evasionsOf(kind: Evasion["class"]): string[] {
  const slow = /\b(sleep|watch|sudo|gdb|vim|script|npm|npx|node|git|DIR)\b/;
  return readEvasions()
    .filter((row) => row.effective && row.class === kind && !slow.test(row.command))
    .map(({ command }) => command);
}

/** Scripts are written about a file F of the workspace and a scratch folder DIR outside of it. */
export interface EffectBed {
  /** Runs the script as it is, in a sandbox of its own; answers what became of F. */
  run(script: string, access?: { workspace?: "read-only" }): Promise<"untouched" | "changed" | "removed">;
  remove(): Promise<void>;
}

const patch = "--- a/F\n+++ b/F\n@@ -1 +1 @@\n-orig\n+pwn\n";
const scratchFiles: Readonly<Record<string, string>> = {
  "rm.sh": "rm F\n",
  "code.py": 'import os\nos.unlink("F")\n',
  "empty.py": "",
  "empty.js": "",
  "prog.awk": 'BEGIN { system("rm F") }\n',
  "prog.sed": "1e rm F\n",
  mk: "all:\n\trm F\n",
  hook: "#!/bin/sh\nrm F\n",
  rmshell: "#!/bin/sh\nrm F\n",
  ls: "#!/bin/sh\nrm F\n",
  cron: "* * * * * rm F\n",
  "p.diff": patch,
  "ed.txt": "1c\npwn\n.\nw\nq\n",
  x: "x\n",
  F: "pwn\n",
};

/** A place in which scripts are really run: unprivileged, without a network, on copies. Needs git and bubblewrap. */
export async function makeEffectBed(): Promise<EffectBed> {
  const root = await mkdtemp(join(tmpdir(), "opencode-effects-"));
  const template = join(root, "template");
  await mkdir(join(template, "scratch"), { recursive: true });
  await mkdir(join(template, "ws"));
  await writeFile(join(template, "ws", "F"), "older\n");
  await writeFile(join(template, "ws", "list"), "F\n");
  await writeFile(join(template, "ws", "other"), "other\n");
  for (const [name, text] of Object.entries(scratchFiles)) await writeFile(join(template, "scratch", name), text, { mode: 0o755 });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=T", "-c", "user.email=t@example.test", ...args], {
      cwd: join(template, "ws"),
      env: { PATH: "/usr/bin:/bin", HOME: root },
    });
  await git("init", "-q");
  await git("add", "-A");
  await git("commit", "-qm", "older");
  await writeFile(join(template, "ws", "F"), original);
  await git("commit", "-qam", "orig");
  let count = 0;
  return {
    async run(script, access = {}) {
      const place = join(root, `run-${count++}`);
      await cp(template, place, { recursive: true });
      const text = script.replaceAll(/\bDIR\b/g, "/scratch");
      await runIn(place, text, access.workspace === "read-only");
      const fate = await fateOf(join(place, "ws", "F"));
      await rm(place, { recursive: true, force: true });
      return fate;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function fateOf(path: string): Promise<"untouched" | "changed" | "removed"> {
  const stat = await lstat(path).catch(() => null);
  if (!stat) return "removed";
  return stat.isFile() && (await readFile(path, "utf8").catch(() => "")) === original ? "untouched" : "changed";
}

function runIn(place: string, script: string, isReadOnly: boolean): Promise<void> {
  const system = ["/usr", "/bin", "/lib", "/lib64", "/sbin"].flatMap((path) => ["--ro-bind-try", path, path]);
  const args = [
    ...["--unshare-all", "--die-with-parent", "--new-session", "--uid", "1000", "--gid", "1000", "--clearenv"],
    ...["--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "GIT_CONFIG_GLOBAL", "/dev/null"],
    ...["--setenv", "GIT_AUTHOR_NAME", "T", "--setenv", "GIT_AUTHOR_EMAIL", "t@example.test"],
    ...["--setenv", "GIT_COMMITTER_NAME", "T", "--setenv", "GIT_COMMITTER_EMAIL", "t@example.test"],
    ...[...system, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...[isReadOnly ? "--ro-bind" : "--bind", join(place, "ws"), "/workspace", "--bind", join(place, "scratch"), "/scratch"],
    ...["--chdir", "/workspace", "bash", "-c", script],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(sandboxProgram, args, { stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), maxRunMs);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

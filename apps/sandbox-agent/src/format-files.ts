import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface FormatRequest {
  readonly path: string;
  readonly name: string;
  /** `$FILE` stands for the file's path */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface Formatted {
  readonly path: string;
  readonly name: string;
  /** what it changed, as a unified diff; null when it left the file as it was */
  readonly diff: string | null;
  readonly mtimeMs: number | null;
  /** why it did nothing */
  readonly problem: string | null;
}

const maxDiffChars = 8_000;

/** Runs one formatter on each file, in place. A formatter that is not there, or fails, is a problem and no error. */
export function formatFiles(requests: readonly FormatRequest[], root: string): Formatted[] {
  return requests.map((request) => formatFile(request, root));
}

function formatFile({ path, name, command, environment, timeoutMs }: FormatRequest, root: string): Formatted {
  const nothing = { path, name, diff: null, mtimeMs: null };
  try {
    const absolute = resolve(root, path);
    const before = readFileSync(absolute);
    const [file = "", ...args] = command.map((word) => word.replaceAll("$FILE", absolute));
    const program = file.includes("/") ? resolve(root, file) : file;
    const run = spawnSync("env", [...Object.entries(environment).map(([key, value]) => `${key}=${value}`), program, ...args], {
      cwd: root,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
    // What env answers for a program that is not there.
    if (run.status === 127) return { ...nothing, problem: "missing" };
    const after = readFileSync(absolute);
    if (run.error || run.status !== 0) {
      // A formatter that died half-way must not have the last word on the file.
      if (!after.equals(before)) writeFileSync(absolute, before);
      return {
        ...nothing,
        mtimeMs: statSync(absolute).mtimeMs,
        problem: (run.error?.message ?? run.stderr).trim().slice(0, 300) || "it failed",
      };
    }
    if (after.equals(before)) return { ...nothing, problem: null };
    return { ...nothing, diff: diffOf(before, path, absolute), mtimeMs: statSync(absolute).mtimeMs, problem: null };
  } catch (error) {
    return { ...nothing, problem: error instanceof Error ? error.message.slice(0, 300) : "it failed" };
  }
}

function diffOf(before: Buffer, path: string, absolute: string): string {
  const directory = mkdtempSync(join(tmpdir(), "format-"));
  try {
    const old = join(directory, "before");
    writeFileSync(old, before);
    const run = spawnSync("diff", ["-U1", "--label", path, "--label", path, old, absolute], { encoding: "utf8", timeout: 2_000 });
    return (run.stdout ?? "").slice(0, maxDiffChars);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

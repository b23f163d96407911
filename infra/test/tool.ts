import { spawn } from "node:child_process";
import { root } from "../local/settings.ts";

export interface ToolResult {
  readonly code: number;
  /** stdout and stderr as they came */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a program in the repository's root under the pinned Node's PATH; never throws for a failing exit code. */
export function runTool(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0", ...env } });
    const all: Buffer[] = [];
    const out: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      all.push(chunk);
      out.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => all.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(all).toString(), stdout: Buffer.concat(out).toString() });
    });
  });
}

/** The files that git knows or would take, below the root; without those that were removed. */
export async function listSourceFiles(pathspecs: readonly string[]): Promise<string[]> {
  const { code, output, stdout } = await runTool("git", [
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--deduplicate",
    "--",
    ...pathspecs,
  ]);
  if (code !== 0) throw new Error(`git ls-files failed: ${output}`);
  const { existsSync } = await import("node:fs");
  return stdout.split("\0").filter((file) => file !== "" && existsSync(file));
}

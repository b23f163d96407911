import { spawn } from "node:child_process";
import { join } from "node:path";
import type { z } from "zod";
import { root } from "./settings.ts";

/**
 * Runs one of `prisma/seed`'s scripts in a process of its own, with the product's environment; its input goes in as
 * one JSON argument, its last line of stdout is its result.
 */
export async function runSeed<T>(
  script: string,
  options: { env: Readonly<Record<string, string>>; input: unknown; result: z.ZodType<T> },
): Promise<T> {
  // Node reads plain TypeScript by itself; the mails that a scenario may send are written in TSX.
  const loader = script.startsWith("scenarios/") ? ["--import", import.meta.resolve("tsx")] : [];
  const file = join(root, "prisma/seed", script);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...loader, file, JSON.stringify(options.input)], {
    cwd: root,
    env: { ...options.env, SERVICE_NAME: "seed", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const output = Buffer.concat(stdout).toString().trim();
  if (code !== 0) throw new Error(`${script} failed:\n${Buffer.concat(stderr).toString().slice(-2_000)}${output.slice(-1_000)}`);
  return options.result.parse(JSON.parse(output.split("\n").at(-1) ?? "null"));
}

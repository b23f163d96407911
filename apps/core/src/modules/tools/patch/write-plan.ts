import { AppError } from "../../../platform/errors.ts";
import { rememberVersion } from "../file-versions.ts";
import type { ToolContext } from "../tool.ts";
import type { PlannedFile } from "./plan-patch.ts";

interface FileVersion {
  readonly path: string;
  readonly mtimeMs: number;
}

/** Names of a patch's steps in the sandbox's journal. */
export function finishCallId(callId: string, step: "begun" | "finish"): string {
  return `${callId}-patch-${step}`;
}

/**
 * Writes a plan: contents first, then moves and deletions in one command. A write that fails puts back what was written
 * before it. Returns the versions of the written files, or what went wrong. Each step is journaled: repeated after a
 * crash, it is done once.
 */
export async function writePlan(context: ToolContext, plan: readonly PlannedFile[]): Promise<FileVersion[] | string> {
  const versions: FileVersion[] = [];
  const written: PlannedFile[] = [];
  for (const file of plan) {
    if (file.content === null) continue;
    try {
      const stat = await context.sandbox.writeFile(file.callId, file.path, file.content);
      written.push(file);
      versions.push(rememberVersion(context, file.moveTo ?? file.path, stat.mtimeMs).fileVersion);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "UNAVAILABLE") throw error;
      await putBack(context, written);
      return `${file.path} could not be written: ${error.message} All files were put back as they were.`;
    }
  }
  const failed = await finish(context, plan);
  if (failed === null) return versions;
  await putBack(context, written);
  return `${failed} All files were put back as they were.`;
}

async function putBack(context: ToolContext, written: readonly PlannedFile[]): Promise<void> {
  const made = written.filter((file) => file.before === null).map((file) => `rm -f -- ${quote(file.path)}`);
  for (const { before, callId, path } of written) {
    if (before !== null) rememberVersion(context, path, (await context.sandbox.writeFile(`${callId}-back`, path, before)).mtimeMs);
  }
  if (made.length > 0) await run(context, `${context.callId}-patch-back`, made.join("\n"));
}

/** Moves and deletions; null when all went well. Nothing is moved or removed before everything that has to be there is. */
async function finish(context: ToolContext, plan: readonly PlannedFile[]): Promise<string | null> {
  const moves = plan.flatMap((file) => (file.moveTo === null ? [] : [{ from: file.path, to: file.moveTo }]));
  const removed = plan.filter((file) => file.kind === "delete").map((file) => file.path);
  if (moves.length + removed.length === 0) return null;
  await context.sandbox.writeFile(finishCallId(context.callId, "begun"), markFile(context.callId), "");
  const script = [
    "set -e",
    ...moves.map(({ to }) => `if [ -e ${quote(to)} ]; then echo ${quote(`${to} exists already.`)}; exit 1; fi`),
    ...moves.map(({ from, to }) => `mkdir -p -- "$(dirname -- ${quote(to)})" && mv -- ${quote(from)} ${quote(to)}`),
    ...(removed.length > 0 ? [`rm -- ${removed.map(quote).join(" ")}`] : []),
  ];
  return run(context, finishCallId(context.callId, "finish"), script.join("\n"));
}

async function run(context: ToolContext, callId: string, command: string): Promise<string | null> {
  const result = await context.sandbox.exec({ callId, command, timeoutMs: 30_000, ...(context.access ? { access: context.access } : {}) });
  return result.exitCode === 0 ? null : `Moving or deleting failed: ${result.output.trim().slice(0, 500) || "the command was stopped"}`;
}

/** Lies where the sandbox keeps outputs, outside of the session's diff. */
const markFile = (callId: string) => `.opencode/output/${callId.replace(/[^\w-]/g, "_")}-patch.txt`;

function quote(text: string): string {
  return `'${text.startsWith("-") ? "./" : ""}${text.replaceAll("'", "'\\''")}'`;
}

import { isStale } from "../file-versions.ts";
import { similarPaths } from "../similar-paths.ts";
import { staleFile } from "../stale-file.ts";
import type { ToolContext } from "../tool.ts";
import { applyHunks, HunkMismatch } from "./apply-hunks.ts";
import { fileAtStart } from "./file-at-start.ts";
import type { FilePatch } from "./parse-patch.ts";

/** What one file of a patch comes to. */
export interface PlannedFile {
  readonly kind: FilePatch["kind"];
  readonly path: string;
  readonly moveTo: string | null;
  /** what is written at `path`; null when nothing is */
  readonly content: string | null;
  /** what stood there, to be put back when a later file fails; null when nothing did */
  readonly before: Uint8Array | null;
  readonly loosely: boolean;
  /** its write's name in the sandbox's journal */
  readonly callId: string;
}

export interface PatchRefusal {
  readonly refusal: string;
  readonly stale: boolean;
}

const refuse = (refusal: string, stale = false): PatchRefusal => ({ refusal: `${refusal} Nothing was changed.`, stale });

/**
 * Reads every file that a patch names and works out what it becomes; writes nothing. A file that this call wrote already
 * (it is repeated after a crash) is planned as it is.
 */
export async function planPatch(context: ToolContext, patches: readonly FilePatch[]): Promise<PlannedFile[] | PatchRefusal> {
  const plan: PlannedFile[] = [];
  const problems: PatchRefusal[] = [];
  for (const [index, patch] of patches.entries()) {
    const planned = await planFile(context, patch, `${context.callId}-file-${index}`);
    if ("refusal" in planned) problems.push(planned);
    else plan.push(planned);
  }
  if (problems.length === 0) return plan;
  // All of them at once: one repeated patch per round would be slow.
  const lines = problems.map(({ refusal }) => refusal.replace(/ Nothing was changed\.$/, ""));
  return refuse(
    lines.join("\n"),
    problems.some(({ stale }) => stale),
  );
}

async function planFile(context: ToolContext, patch: FilePatch, callId: string): Promise<PlannedFile | PatchRefusal> {
  const base = { kind: patch.kind, path: patch.path, moveTo: null, content: null, before: null, loosely: false, callId };
  const start = await fileAtStart(context, patch, callId);
  if (start.done) return { ...base, moveTo: patch.kind === "update" ? patch.moveTo : null, content: start.done === "written" ? "" : null };
  const { stat } = start;
  if (patch.kind === "add") {
    if (stat) return refuse(`${patch.path} exists already: use "*** Update File:", or write to replace all of it.`);
    return { ...base, content: patch.content };
  }
  if (!stat) {
    const similar = await similarPaths(context.sandbox, patch.path);
    return refuse(`There is no file ${patch.path}.${similar.length > 0 ? ` Did you mean ${similar.join(" or ")}?` : ""}`);
  }
  if (stat.kind !== "file") return refuse(`${patch.path} is no regular file (${stat.kind}).`);
  if (isStale(context, patch.path, stat.mtimeMs)) return refuse(staleFile(patch.path).output.replace(", so nothing was written", ""), true);
  if (patch.kind === "delete") return base;
  if (patch.moveTo !== null && (await context.sandbox.stat(patch.moveTo)))
    return refuse(`${patch.moveTo} exists already, so nothing can be moved there.`);
  if (patch.hunks.length === 0) return { ...base, moveTo: patch.moveTo };
  return updated(context, patch, { ...base, moveTo: patch.moveTo });
}

const maxFileBytes = 32 * 1024 * 1024;

async function updated(
  context: ToolContext,
  patch: Extract<FilePatch, { kind: "update" }>,
  base: PlannedFile,
): Promise<PlannedFile | PatchRefusal> {
  const file = await context.sandbox.readFile(patch.path, { maxBytes: maxFileBytes });
  if (file.truncated) return refuse(`${patch.path} is too large to be patched: use bash.`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file.content);
    const { text: content, loosely } = applyHunks(text, patch.hunks);
    if (content === text && patch.moveTo === null) return refuse(`${patch.path}: the change would leave the file as it is.`);
    return { ...base, content, before: file.content, loosely };
  } catch (error) {
    if (error instanceof HunkMismatch) return refuse(`${patch.path}: ${error.message} Read the file again and copy its lines exactly.`);
    if (error instanceof TypeError) return refuse(`${patch.path} is not UTF-8 text, so it can't be patched: use bash.`);
    throw error;
  }
}

import { z } from "zod";
import type { ToolResult } from "./contract.ts";
import { type FilePatch, PatchSyntaxError, parsePatch, pathsOf } from "./patch/parse-patch.ts";
import { type PlannedFile, planPatch } from "./patch/plan-patch.ts";
import { writePlan } from "./patch/write-plan.ts";
import { pathSubject } from "./path-subject.ts";
import { defineTool, failure } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const inputSchema = z.object({
  patchText: z.string().min(1, "Give the patch.").max(2_000_000).describe('The patch, from "*** Begin Patch" to "*** End Patch".'),
});

const description = `Changes several files at once; either all of it is done or nothing. The patch:
*** Begin Patch
*** Add File: path
+each line of the new file
*** Update File: path
*** Move to: new/path (optional)
@@ a line above the place, such as a function's head (optional)
 a line that stays
-a line that goes
+a line that comes
*** Delete File: path
*** End Patch
Give about three lines that stay around each change. Read the files first. For one small change edit is shorter.`;

function parsed(patchText: string): readonly FilePatch[] | string {
  try {
    return parsePatch(patchText).map(canonical);
  } catch (error) {
    if (error instanceof PatchSyntaxError) return error.message;
    throw error;
  }
}

function canonical(patch: FilePatch): FilePatch {
  const path = workspacePath(patch.path);
  if (patch.kind !== "update" || patch.moveTo === null) return { ...patch, path };
  const moveTo = workspacePath(patch.moveTo);
  return { ...patch, path, moveTo: moveTo === path ? null : moveTo };
}

export const applyPatch = defineTool({
  name: "apply_patch",
  description,
  inputSchema,
  readOnly: false,
  subject: ({ patchText }) => {
    const patches = parsed(patchText);
    // What can't be read does nothing: `execute` refuses it.
    return pathSubject("edit", typeof patches === "string" ? [] : patches.flatMap(pathsOf));
  },
  async execute({ patchText }, context): Promise<ToolResult> {
    const patches = parsed(patchText);
    if (typeof patches === "string") return failure("apply_patch", `${patches} Nothing was changed.`);
    const title = titleOf(patches);
    const plan = await planPatch(context, patches);
    if (!Array.isArray(plan)) return failure(title, plan.refusal, plan.stale ? { stale: true } : {});
    const written = await writePlan(context, plan);
    if (typeof written === "string") return failure(title, written);
    const loosely = plan.filter((file) => file.loosely).map((file) => file.path);
    return {
      title,
      output: [
        ...plan.map(line),
        ...(loosely.length > 0 ? [`(Matched loosely: look at ${loosely.join(", ")} if white space matters.)`] : []),
      ].join("\n"),
      exitCode: null,
      isError: false,
      metadata: {
        fileVersions: written,
        files: plan.map(({ kind, path, moveTo }) => ({ kind, path, moveTo })),
        changedPaths: plan.flatMap((file) => (file.kind === "delete" ? [] : [file.moveTo ?? file.path])),
      },
    };
  },
});

const verbs = { add: "Created", update: "Edited", delete: "Deleted" } as const;

function line(file: PlannedFile): string {
  if (file.moveTo === null) return `${verbs[file.kind]} ${file.path}.`;
  return `${file.content === null ? "Moved" : "Edited and moved"} ${file.path} to ${file.moveTo}.`;
}

function titleOf(patches: readonly FilePatch[]): string {
  const [first] = patches;
  return patches.length === 1 && first
    ? first.kind === "update" && first.moveTo
      ? `${first.path} → ${first.moveTo}`
      : first.path
    : `${patches.length} files`;
}

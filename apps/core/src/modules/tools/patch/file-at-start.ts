import type { FileStat } from "../../sandbox/contract.ts";
import type { ToolContext } from "../tool.ts";
import type { FilePatch } from "./parse-patch.ts";
import { finishCallId } from "./write-plan.ts";

/**
 * What stands at a file's path, or `done` when this very call has been here before: its write stands in the journal, or
 * the file that it removes or moves is gone and the journal holds what did it.
 */
export async function fileAtStart(
  context: ToolContext,
  patch: FilePatch,
  callId: string,
): Promise<{ done: "written" | "removed" | null; stat: FileStat | null }> {
  const { sandbox } = context;
  if (patch.kind !== "delete" && (await sandbox.journaledWrite?.(callId))) return { done: "written", stat: null };
  const stat = await sandbox.stat(patch.path);
  const removes = patch.kind === "delete" || (patch.kind === "update" && patch.moveTo !== null);
  // The journal's mark is written before anything is removed (`writePlan`).
  if (stat === null && removes && (await sandbox.journaledWrite?.(finishCallId(context.callId, "begun")))) return { done: "removed", stat };
  return { done: null, stat };
}

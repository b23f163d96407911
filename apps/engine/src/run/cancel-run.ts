import type { Machine } from "../machine.ts";
import { finishRun } from "./finish-run.ts";

/** Cancels a run by its id; false when no such run is under way. A step that is running isn't interrupted, its result is dropped. */
export async function cancelRun(machine: Machine, runId: string): Promise<boolean> {
  const run = machine.runs.get(runId);
  if (!run) return false;
  finishRun(machine, run, { status: "cancelled", by: "api" });
  await machine.writer.flush();
  return true;
}

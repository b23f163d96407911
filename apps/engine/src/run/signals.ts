import type { Json } from "../json.ts";
import type { Machine } from "../machine.ts";
import { completeStep } from "./complete-step.ts";
import { dropWait } from "./waits.ts";

/** Resumes the step that waits for this signal; answers its run's id, or undefined when nobody waits. */
export async function sendSignal(machine: Machine, signal: string, data: Json): Promise<string | undefined> {
  const wait = machine.signalWaits.get(signal);
  if (!wait) return undefined;
  dropWait(machine, wait);
  completeStep(machine, wait.run, { id: wait.stepId, memo: JSON.stringify({ data: { data, signal } }), status: "completed" });
  await machine.writer.flush();
  return wait.run.id;
}

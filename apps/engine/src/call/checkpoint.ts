import { z } from "zod";
import { HttpError } from "../http/reply.ts";
import { parseJson } from "../json.ts";
import type { Machine } from "../machine.ts";
import { recordStep } from "../run/complete-step.ts";
import { runRow } from "../run/rows.ts";
import type { Op } from "./answer.ts";
import { opSchema } from "./answer.ts";
import { stepEndOf } from "./step-end.ts";

const checkpointSchema = z.looseObject({
  request_id: z.string().optional(),
  steps: z.array(opSchema),
});

/**
 * Memoises steps while the call that ran them stays open. Only the call that is under way may: one from an earlier
 * hand-out of the queue item, or of a run that has ended, gets 409, at which the SDK stops.
 */
export async function checkpoint(machine: Machine, runId: string, body: string): Promise<void> {
  const parsed = checkpointSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new HttpError(400, "the checkpoint can't be read");
  const run = machine.runs.get(runId);
  if (!run) throw new HttpError(409, "the run is not under way");
  const { request_id: requestId, steps } = parsed.data;
  const isCurrent = [...run.items.values()].some((item) => item.requestId !== null && item.requestId === requestId);
  if (!isCurrent) throw new HttpError(409, "another call of this run has taken over");
  if (run.requestVersion < 0) {
    run.requestVersion = 2;
    machine.writer.put("runs", run.id, () => runRow(run));
  }
  for (const op of steps satisfies readonly Op[]) {
    const end = stepEndOf(op);
    if (!end) throw new HttpError(400, `the operation ${op.op} can't be checkpointed`);
    recordStep(machine, run, end);
  }
  await machine.writer.flush();
}

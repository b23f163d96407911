import type { Machine } from "../machine.ts";
import { isEnded, type Run } from "./run.ts";

/** The run's memoised steps, from memory or, when they had to make room, from the database. */
export async function loadMemos(machine: Machine, run: Run): Promise<ReadonlyMap<string, string>> {
  if (run.memos) return run.memos;
  const rows = await machine.reader.query<{ id: string; memo: string }>(
    "SELECT id, memo FROM engine.steps WHERE run_id = $1 AND memo IS NOT NULL ORDER BY position",
    [run.id],
  );
  if (run.memos) return run.memos;
  const memos = new Map(rows.map((row) => [row.id, row.memo]));
  if (isEnded(run)) return memos;
  // A step that ended while the rows were read stands in the stack but not among them.
  if (run.stack.some((id) => !memos.has(id))) {
    await machine.writer.flush();
    return loadMemos(machine, run);
  }
  run.memos = memos;
  machine.memoBytes += run.memoBytes;
  makeRoom(machine);
  return memos;
}

/** Lets go of the memos of runs that only sleep or wait, oldest first, when all together are too large. */
export function makeRoom(machine: Machine): void {
  if (machine.memoBytes <= machine.settings.maxMemoBytes) return;
  for (const run of machine.runs.values()) {
    if (machine.memoBytes <= machine.settings.maxMemoBytes) return;
    if (!run.memos || run.memos.size === 0 || [...run.items.values()].some((item) => item.requestId !== null)) continue;
    run.memos = undefined;
    machine.memoBytes -= run.memoBytes;
  }
}

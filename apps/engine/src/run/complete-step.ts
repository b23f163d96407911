import { newJobId } from "../ids.ts";
import { enqueue, type Machine } from "../machine.ts";
import type { StepRow } from "../store/tables.ts";
import { makeRoom } from "./load-memos.ts";
import { itemRow } from "./rows.ts";
import { type Item, isEnded, type Run } from "./run.ts";

export interface StepEnd {
  readonly id: string;
  /** What the SDK is told at its next call, as JSON text. */
  readonly memo: string;
  readonly status: "completed" | "failed" | "timed-out";
  readonly op?: string;
  readonly name?: string;
  readonly opts?: string | null;
  readonly startedMs?: number | null;
  readonly endedMs?: number;
}

/** Memoises a step's end. The first write of a step wins: false when it had ended before. */
export function recordStep(machine: Machine, run: Run, end: StepEnd): boolean {
  if (isEnded(run) || run.done.has(end.id)) return false;
  run.done.add(end.id);
  const position = run.stack.push(end.id) - 1;
  run.memoBytes += end.memo.length;
  if (run.memos) {
    run.memos.set(end.id, end.memo);
    machine.memoBytes += end.memo.length;
    makeRoom(machine);
  }
  const now = Date.now();
  const known = run.planned.get(end.id);
  run.planned.delete(end.id);
  putStep(machine, {
    run_id: run.id,
    id: end.id,
    op: end.op ?? known?.op ?? "StepRun",
    name: end.name ?? known?.name ?? end.id,
    status: end.status,
    position,
    memo: end.memo,
    opts: end.opts ?? known?.opts ?? null,
    started_ms: end.startedMs ?? known?.started_ms ?? now,
    ended_ms: end.endedMs ?? now,
  });
  return true;
}

/** Memoises a step's end and lets the run go on. */
export function completeStep(machine: Machine, run: Run, end: StepEnd): void {
  if (recordStep(machine, run, end)) advance(machine, run);
}

/** Looks for the run's next steps once nothing of it is under way any more; `isRace` doesn't wait for the others. */
export function advance(machine: Machine, run: Run, isRace = false): void {
  if (isEnded(run)) return;
  for (const item of run.items.values()) {
    if (item.kind === "discover" ? item.requestId === null : !isRace) return;
  }
  if (run.waits.size > 0 && !isRace) return;
  enqueueItem(machine, newItem(run, { kind: "discover" }));
}

export function newItem(run: Run, options: Partial<Pick<Item, "kind" | "stepId" | "dueMs" | "isParallel" | "attempt">>): Item {
  return {
    id: newJobId(),
    run,
    kind: options.kind ?? "discover",
    stepId: options.stepId ?? null,
    attempt: options.attempt ?? 0,
    dueMs: options.dueMs ?? Date.now(),
    isParallel: options.isParallel ?? false,
    stackAt: run.stack.length,
    requestId: null,
    waitsForSdk: false,
    timer: undefined,
  };
}

export function enqueueItem(machine: Machine, item: Item): void {
  enqueue(machine, item, () => machine.writer.put("items", item.id, () => itemRow(item)));
}

export function dropItem(machine: Machine, item: Item): void {
  if (item.timer) item.timer.cancelled = true;
  item.run.items.delete(item.id);
  machine.writer.delete("items", item.id);
}

export function putStep(machine: Machine, row: StepRow): void {
  machine.writer.put("steps", `${row.run_id} ${row.id}`, row);
}

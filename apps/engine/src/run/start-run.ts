import { endOfTimeMs } from "../duration.ts";
import { eventJson, type StoredEvent } from "../events/stored-event.ts";
import { keyText } from "../expressions.ts";
import { throttledStartMs } from "../flow/throttle.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { ulid } from "../ids.ts";
import type { Machine } from "../machine.ts";
import { advance, enqueueItem, newItem } from "./complete-step.ts";
import { finishRun } from "./finish-run.ts";
import { runRow } from "./rows.ts";
import { isEnded, type Run } from "./run.ts";

export interface StartOptions {
  readonly correlationId?: string;
  readonly idempotencyKey?: string;
}

const maxPriorityMs = 600_000;

/** Starts a run of a function, within its singleton, throttle, priority and concurrency rules. Null when a singleton is running. */
export function startRun(machine: Machine, fn: FunctionRecord, events: readonly StoredEvent[], options: StartOptions = {}): Run | null {
  const first = events[0];
  if (!first) return null;
  const bindings = { event: eventJson(first) };
  const now = Date.now();
  const singletonKey = fn.singleton ? `${fn.slug}:${fn.singleton.key ? keyText(fn.singleton.key.value(bindings)) : ""}` : null;
  if (singletonKey !== null) {
    const running = machine.singletons.get(singletonKey);
    if (running && fn.singleton?.mode === "skip") return null;
    if (running) finishRun(machine, running, { status: "cancelled", by: "singleton" });
  }
  const priority = fn.priority ? Number(fn.priority.value(bindings)) * 1_000 : 0;
  const run: Run = {
    id: ulid(now),
    fn,
    events,
    createdMs: now,
    status: "queued",
    startedMs: null,
    endedMs: null,
    output: null,
    error: null,
    requestVersion: -1,
    stack: [],
    done: new Set(),
    memos: new Map(),
    memoBytes: 0,
    planned: new Map(),
    items: new Map(),
    waits: new Map(),
    correlationId: options.correlationId ?? null,
    idempotencyKey: options.idempotencyKey ?? null,
    singletonKey,
    slots: fn.concurrency.map(({ limit, scope, key }) => ({ limit, key: `${scope}:${key ? keyText(key.value(bindings)) : ""}` })),
    priorityMs: Number.isFinite(priority) ? Math.max(-maxPriorityMs, Math.min(maxPriorityMs, priority)) : 0,
    cancelledBy: null,
    timers: [],
    cancelListeners: [],
  };
  machine.writer.put("runs", run.id, () => runRow(run));
  for (const event of events)
    machine.writer.put("run_events", `${event.internalId} ${run.id}`, { event_id: event.internalId, run_id: run.id });
  indexRun(machine, run);
  // An event of the future starts its run when its time has come.
  const eventMs = typeof bindings.event.ts === "number" ? bindings.event.ts : now;
  const startMs = Math.max(throttledStartMs(machine, fn, bindings, now), Math.min(eventMs, endOfTimeMs));
  if (startMs <= now) advance(machine, run);
  else enqueueItem(machine, newItem(run, { dueMs: startMs }));
  return run;
}

/** Makes a run findable: by id, by the events that cancel it, as its singleton; and sets its time-outs. */
export function indexRun(machine: Machine, run: Run): void {
  machine.runs.set(run.id, run);
  if (run.singletonKey !== null) machine.singletons.set(run.singletonKey, run);
  for (const [index, cancel] of run.fn.cancels.entries()) {
    const listener = { run, index, event: cancel.event };
    run.cancelListeners.push(listener);
    machine.cancelListeners.add(cancel.event, listener);
  }
  const { startTimeoutMs } = run.fn;
  if (startTimeoutMs !== undefined && run.startedMs === null) {
    const timer = machine.timers.at(run.createdMs + startTimeoutMs, () => {
      if (run.startedMs === null) finishRun(machine, run, { status: "cancelled", by: "timeouts.start" });
      void machine.writer.flush();
    });
    run.timers.push(timer);
  }
  if (run.startedMs !== null) watchFinish(machine, run);
}

/** Notes that the SDK is called for the first time. */
export function markStarted(machine: Machine, run: Run): void {
  if (run.startedMs !== null || isEnded(run)) return;
  run.startedMs = Date.now();
  run.status = "running";
  machine.writer.put("runs", run.id, () => runRow(run));
  watchFinish(machine, run);
}

function watchFinish(machine: Machine, run: Run): void {
  const { finishTimeoutMs } = run.fn;
  if (finishTimeoutMs === undefined || run.startedMs === null) return;
  const timer = machine.timers.at(run.startedMs + finishTimeoutMs, () => {
    finishRun(machine, run, { status: "cancelled", by: "timeouts.finish" });
    void machine.writer.flush();
  });
  run.timers.push(timer);
}

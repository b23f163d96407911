import { eventJson } from "../events/stored-event.ts";
import { ulid } from "../ids.ts";
import { type JsonObject, parseJson } from "../json.ts";
import type { Machine } from "../machine.ts";
import { completeStep } from "./complete-step.ts";
import { runRow } from "./rows.ts";
import { isEnded, type Run, type Wait } from "./run.ts";
import { dropWait } from "./waits.ts";

export type RunEnd =
  | { readonly status: "completed"; readonly output: string }
  /** `error` is what a step or an event is told of it, `raw` what the SDK answered. Both are JSON text. */
  | { readonly status: "failed"; readonly error: string; readonly raw?: string }
  | { readonly status: "cancelled"; readonly by: string };

const lifecycleEvents = ["inngest/function.finished", "inngest/function.failed", "inngest/function.cancelled"];
const statusNames = { completed: "Completed", failed: "Failed", cancelled: "Cancelled" } as const;
const cancelledError = JSON.stringify({ error: "function cancelled", message: "function cancelled", name: "Error" });

/** Ends a run: its queue items and waits go, whoever invoked it is answered, and the lifecycle events are sent. Ending twice does nothing. */
export function finishRun(machine: Machine, run: Run, end: RunEnd): void {
  if (isEnded(run)) return;
  run.status = end.status;
  run.endedMs = Date.now();
  if (end.status === "completed") run.output = end.output;
  if (end.status === "failed") run.error = end.error;
  if (end.status === "cancelled") run.cancelledBy = end.by;
  machine.writer.put("runs", run.id, () => runRow(run));
  release(machine, run);
  answerInvoker(machine, run, end);
  if (!run.events.some((event) => lifecycleEvents.includes(event.name))) sendLifecycleEvents(machine, run, end);
}

function release(machine: Machine, run: Run): void {
  for (const item of run.items.values()) {
    if (item.timer) item.timer.cancelled = true;
    machine.writer.delete("items", item.id);
  }
  run.items.clear();
  for (const wait of [...run.waits.values()]) dropWait(machine, wait);
  for (const timer of run.timers) timer.cancelled = true;
  run.timers = [];
  for (const listener of run.cancelListeners) machine.cancelListeners.remove(listener.event, listener);
  if (run.singletonKey !== null && machine.singletons.get(run.singletonKey) === run) machine.singletons.delete(run.singletonKey);
  machine.runs.delete(run.id);
  if (run.memos) machine.memoBytes -= run.memoBytes;
  run.memos = undefined;
}

function answerInvoker(machine: Machine, run: Run, end: RunEnd): void {
  const wait: Wait | undefined = run.correlationId === null ? undefined : machine.invokeWaits.get(run.correlationId);
  if (!wait) return;
  dropWait(machine, wait);
  const memo = end.status === "completed" ? `{"data":${end.output}}` : `{"error":${end.status === "failed" ? end.error : cancelledError}}`;
  completeStep(machine, wait.run, { id: wait.stepId, memo, status: end.status === "completed" ? "completed" : "failed" });
}

function sendLifecycleEvents(machine: Machine, run: Run, end: RunEnd): void {
  const names = ["inngest/function.finished"];
  if (end.status !== "completed") names.push(`inngest/function.${end.status}`);
  const heard = names.filter(
    (name) => machine.registry.listensTo(name) || machine.eventWaits.has(name) || machine.cancelListeners.has(name),
  );
  if (heard.length === 0) return;
  const now = Date.now();
  const data: JsonObject = {
    _inngest: { status: statusNames[end.status] },
    ...(run.correlationId === null ? {} : { correlation_id: run.correlationId }),
    ...(end.status === "failed" ? { error: parseJson(end.error) ?? null } : {}),
    event: run.events[0] ? eventJson(run.events[0]) : null,
    events: run.events.map((event) => {
      const { user: _, ...rest } = eventJson(event);
      return rest;
    }),
    function_id: run.fn.slug,
    ...(end.status === "cancelled" ? {} : { result: parseJson(end.status === "completed" ? end.output : (end.raw ?? end.error)) ?? null }),
    run_id: run.id,
  };
  for (const name of heard) {
    const internalId = ulid(now);
    const id = name === "inngest/function.finished" ? internalId : run.id;
    machine.publish({ internalId, id, name, data, ts: now, receivedMs: now });
  }
}

import { compileExpression } from "../expressions.ts";
import { batch, debounce } from "../flow/gather.ts";
import { isRateLimited } from "../flow/rate-limit.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { boundedKey } from "../ids.ts";
import type { Machine } from "../machine.ts";
import { completeStep } from "../run/complete-step.ts";
import { finishRun } from "../run/finish-run.ts";
import { firstEvent } from "../run/run.ts";
import { startRun } from "../run/start-run.ts";
import { dropWait } from "../run/waits.ts";
import { eventJson, type NewEvent, type StoredEvent, storeEvent } from "./stored-event.ts";

/**
 * Takes an event: it is kept, ends the waits and runs it is meant for, and starts functions. All of it is one
 * synchronous change, so one flush. Answers the stored event.
 */
export function ingestEvent(machine: Machine, event: NewEvent, isDeduplicated = false): StoredEvent {
  const stored = storeEvent(event);
  machine.writer.put("events", stored.internalId, {
    internal_id: stored.internalId,
    id: stored.id,
    name: stored.name,
    body: stored.body,
    received_ms: stored.receivedMs,
  });
  resumeWaits(machine, stored);
  cancelRuns(machine, stored);
  for (const fn of machine.registry.triggeredBy(stored.name)) {
    const isWanted = fn.triggers.some(
      (trigger) =>
        matchesName(trigger.event, stored.name) && (!trigger.expression || trigger.expression.test({ event: eventJson(stored) })),
    );
    if (isWanted) trigger(machine, fn, stored, isDeduplicated);
  }
  return stored;
}

function matchesName(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** Lets an event start a function, through idempotency, rate limit, debounce and batch. */
function trigger(machine: Machine, fn: FunctionRecord, event: StoredEvent, isDeduplicated: boolean): void {
  const bindings = { event: eventJson(event) };
  const now = Date.now();
  const longKey = fn.idempotency
    ? `${fn.slug}:key:${JSON.stringify(fn.idempotency.value(bindings))}`
    : isDeduplicated
      ? `${fn.slug}:event:${event.id}`
      : undefined;
  const idempotencyKey = longKey === undefined ? undefined : boundedKey(longKey);
  if (idempotencyKey !== undefined && machine.idempotencyKeys.isUsed(idempotencyKey, now)) return;
  if (isRateLimited(machine, fn, bindings, now)) return;
  if (fn.debounce) debounce(machine, fn, event);
  else if (fn.batch) batch(machine, fn, event);
  else startRun(machine, fn, [event], idempotencyKey === undefined ? {} : { idempotencyKey });
}

function resumeWaits(machine: Machine, event: StoredEvent): void {
  for (const wait of machine.eventWaits.find(event.name)) {
    if (wait.expression !== null) {
      const bindings = { event: eventJson(firstEvent(wait.run)), async: eventJson(event) };
      if (!compileExpression(wait.expression).test(bindings)) continue;
    }
    dropWait(machine, wait);
    completeStep(machine, wait.run, { id: wait.stepId, memo: event.body, status: "completed" });
  }
}

function cancelRuns(machine: Machine, event: StoredEvent): void {
  for (const { run, index } of machine.cancelListeners.find(event.name)) {
    const rule = run.fn.cancels[index];
    if (!rule || (rule.timeoutMs !== undefined && run.createdMs + rule.timeoutMs < Date.now())) continue;
    const bindings = { event: eventJson(firstEvent(run)), async: eventJson(event) };
    if (rule.expression && !rule.expression.test(bindings)) continue;
    finishRun(machine, run, { status: "cancelled", by: `event ${event.internalId}` });
  }
}

import type { StoredEvent } from "../events/stored-event.ts";
import { eventJson } from "../events/stored-event.ts";
import { keyText } from "../expressions.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { boundedKey } from "../ids.ts";
import type { Gathering, Machine } from "../machine.ts";
import { flowRow } from "../run/rows.ts";
import { startRun } from "../run/start-run.ts";

/** Debounce: the newest event waits until none has come for the period, at most until the time-out since the first. */
export function debounce(machine: Machine, fn: FunctionRecord, event: StoredEvent): void {
  const rule = fn.debounce;
  if (!rule) return;
  const key = boundedKey(`debounce:${fn.slug}:${rule.key ? keyText(rule.key.value({ event: eventJson(event) })) : ""}`);
  const now = Date.now();
  const gathering = machine.gatherings.get(key) ?? openGathering(key, fn, now);
  const newest = gathering.events[0];
  if (!newest || Number(eventJson(event).ts) >= Number(eventJson(newest).ts)) gathering.events = [event];
  const latestMs = rule.timeoutMs === undefined ? Number.POSITIVE_INFINITY : gathering.firstMs + rule.timeoutMs;
  gathering.dueMs = Math.min(now + rule.periodMs, latestMs);
  keep(machine, gathering, "debounce");
}

/** Batch: events gather until there are `maxSize` of them or the time-out since the first has passed. */
export function batch(machine: Machine, fn: FunctionRecord, event: StoredEvent): void {
  const rule = fn.batch;
  if (!rule) return;
  const bindings = { event: eventJson(event) };
  if (rule.condition && !rule.condition.test(bindings)) {
    startRun(machine, fn, [event]);
    return;
  }
  const key = boundedKey(`batch:${fn.slug}:${rule.key ? keyText(rule.key.value(bindings)) : ""}`);
  const now = Date.now();
  const gathering = machine.gatherings.get(key) ?? openGathering(key, fn, now);
  gathering.events.push(event);
  gathering.dueMs = gathering.firstMs + rule.timeoutMs;
  if (gathering.events.length >= rule.maxSize) begin(machine, gathering);
  else keep(machine, gathering, "batch");
}

function openGathering(key: string, fn: FunctionRecord, nowMs: number): Gathering {
  return { key, functionId: fn.id, events: [], firstMs: nowMs, dueMs: nowMs, timer: undefined };
}

function keep(machine: Machine, gathering: Gathering, kind: "debounce" | "batch"): void {
  machine.gatherings.set(gathering.key, gathering);
  machine.writer.put("flow", gathering.key, () =>
    flowRow(gathering.key, kind, gathering.functionId, gathering.dueMs, {
      firstMs: gathering.firstMs,
      events: gathering.events.map((event) => event.internalId),
    }),
  );
  watchGathering(machine, gathering);
}

/** Sets the timer that turns the gathering into a run. */
export function watchGathering(machine: Machine, gathering: Gathering): void {
  if (gathering.timer && !gathering.timer.cancelled && gathering.timer.atMs === gathering.dueMs) return;
  if (gathering.timer) gathering.timer.cancelled = true;
  gathering.timer = machine.timers.at(gathering.dueMs, () => {
    begin(machine, gathering);
    void machine.writer.flush();
  });
}

function begin(machine: Machine, gathering: Gathering): void {
  if (gathering.timer) gathering.timer.cancelled = true;
  machine.gatherings.delete(gathering.key);
  machine.writer.delete("flow", gathering.key);
  const fn = machine.registry.byId(gathering.functionId);
  if (fn) startRun(machine, fn, gathering.events);
  else machine.log.warn({ key: gathering.key }, "the function of gathered events is no longer registered");
}

import { storeEvent } from "../events/stored-event.ts";
import { ulid } from "../ids.ts";
import type { Machine } from "../machine.ts";
import { flowRow } from "../run/rows.ts";
import { startRun } from "../run/start-run.ts";
import type { Timer } from "../timers.ts";
import type { CronSchedule } from "./cron.ts";
import type { FunctionRecord } from "./function-record.ts";

const isoSeconds = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, "Z");

/** Starts functions at their times. The next time of each schedule is kept, so that one that passed while the engine was away runs once, late. */
export class Crons {
  readonly #machine: Machine;
  readonly #timers = new Map<string, Timer>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Watches the schedules of an app's functions, and no longer those it had before. `kept` are next times from before a restart. */
  watch(functions: readonly FunctionRecord[], kept: ReadonlyMap<string, number> = new Map()): void {
    for (const fn of functions) {
      this.forget(fn.slug);
      if (!fn.isActive) continue;
      for (const schedule of fn.crons) {
        const key = `cron:${fn.slug}:${schedule.source}`;
        const dueMs = kept.get(key) ?? schedule.next(Date.now());
        if (dueMs !== undefined) this.#arm(fn, schedule, key, dueMs);
      }
    }
  }

  forget(slug: string): void {
    for (const [key, timer] of this.#timers) {
      if (!key.startsWith(`cron:${slug}:`)) continue;
      timer.cancelled = true;
      this.#timers.delete(key);
      this.#machine.writer.delete("flow", key);
    }
  }

  #arm(fn: FunctionRecord, schedule: CronSchedule, key: string, dueMs: number): void {
    const machine = this.#machine;
    machine.writer.put("flow", key, flowRow(key, "cron", fn.id, dueMs, null));
    const jitterMs = Math.floor(Math.random() * schedule.jitterMs);
    const timer = machine.timers.at(dueMs + jitterMs, () => {
      this.#fire(fn, schedule.source, dueMs);
      const nextMs = schedule.next(Math.max(dueMs, Date.now()));
      if (nextMs !== undefined) this.#arm(fn, schedule, key, nextMs);
      void machine.writer.flush().catch(() => undefined);
    });
    this.#timers.set(key, timer);
  }

  #fire(fn: FunctionRecord, cron: string, dueMs: number): void {
    const machine = this.#machine;
    const time = isoSeconds(dueMs);
    const event = storeEvent({
      internalId: ulid(dueMs),
      id: time,
      name: "inngest/scheduled.timer",
      data: { cron, fireAt: time, scheduledAt: time },
      ts: dueMs,
      receivedMs: Date.now(),
    });
    machine.writer.put("events", event.internalId, {
      internal_id: event.internalId,
      id: event.id,
      name: event.name,
      body: event.body,
      received_ms: event.receivedMs,
    });
    startRun(machine, fn, [event]);
  }
}

import type { Logger } from "pino";
import type { EventIndex } from "./event-index.ts";
import type { NewEvent, StoredEvent } from "./events/stored-event.ts";
import type { IdempotencyKeys } from "./flow/idempotency-keys.ts";
import type { FunctionRecord } from "./functions/function-record.ts";
import type { Registry } from "./functions/registry.ts";
import type { CancelListener, Item, Run, Wait } from "./run/run.ts";
import type { Scheduler } from "./scheduler.ts";
import type { EngineSettings } from "./settings.ts";
import type { Connection } from "./store/connection.ts";
import type { Writer } from "./store/writer.ts";
import type { Timer, Timers } from "./timers.ts";

/** Events gathered for a debounced or batched run, with the time at which they become one. */
export interface Gathering {
  readonly key: string;
  readonly functionId: string;
  events: StoredEvent[];
  readonly firstMs: number;
  dueMs: number;
  timer: Timer | undefined;
}

/** When a rate-limited function began within its period, and until when that counts. */
interface RateWindow {
  readonly startsMs: readonly number[];
  readonly untilMs: number;
}

/**
 * The engine's state. Every use case takes it first and changes it in one synchronous piece, so that what belongs
 * together is in the same flush; only then does it wait for the flush and act outwards.
 */
export interface Machine {
  readonly settings: EngineSettings;
  readonly log: Logger;
  readonly writer: Writer;
  /** For reads beside the writer's statements. */
  readonly reader: Connection;
  readonly timers: Timers;
  readonly registry: Registry;
  readonly scheduler: Scheduler;
  /** Runs that have not ended. */
  readonly runs: Map<string, Run>;
  readonly eventWaits: EventIndex<Wait>;
  readonly signalWaits: Map<string, Wait>;
  /** Waits of invoking steps, by `<run>.<step>`. */
  readonly invokeWaits: Map<string, Wait>;
  readonly cancelListeners: EventIndex<CancelListener>;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly singletons: Map<string, Run>;
  readonly gatherings: Map<string, Gathering>;
  readonly rateWindows: Map<string, RateWindow>;
  /** Theoretical arrival time (epoch ms) of the next start, by throttle key. */
  readonly throttles: Map<string, number>;
  /** Puts an event of the engine itself through the same way as everybody's. */
  readonly publish: (event: NewEvent) => void;
  /** Told when a function's SDK could not be reached. */
  readonly onUnreachable: (fn: FunctionRecord) => void;
  /** Told when an app's functions have changed. */
  onRegistered: (appId: string, functions: readonly FunctionRecord[]) => void;
  /** Checksum of each app's registration, by app id. */
  readonly apps: Map<string, string>;
  /** Why each SDK address has not registered, by address. */
  readonly syncProblems: ReadonlyMap<string, string>;
  isDraining: boolean;
  memoBytes: number;
}

/** Writes an item; when that is durable and it is due, the scheduler gets it. */
export function enqueue(machine: Machine, item: Item, write: () => void): void {
  item.run.items.set(item.id, item);
  write();
  machine.writer.flush().then(
    () => whenDue(machine, item),
    () => undefined,
  );
}

/** Hands an item that is durable to the scheduler, at its time. */
export function whenDue(machine: Machine, item: Item): void {
  if (!item.run.items.has(item.id)) return;
  if (item.dueMs <= Date.now()) machine.scheduler.offer(item);
  else {
    item.timer = machine.timers.at(item.dueMs, () => {
      item.timer = undefined;
      machine.scheduler.offer(item);
    });
  }
}

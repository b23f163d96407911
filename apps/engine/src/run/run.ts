import type { StoredEvent } from "../events/stored-event.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import type { StepRow } from "../store/tables.ts";
import type { Timer } from "../timers.ts";

export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** A run that has not ended. What is needed to go on is in memory; everything is in the database too. */
export interface Run {
  readonly id: string;
  readonly fn: FunctionRecord;
  readonly events: readonly StoredEvent[];
  readonly createdMs: number;
  status: RunStatus;
  startedMs: number | null;
  endedMs: number | null;
  output: string | null;
  error: string | null;
  /** −1 until the SDK has answered once. */
  requestVersion: number;
  /** Ids of the steps that have ended, in that order. */
  readonly stack: string[];
  readonly done: Set<string>;
  /** What each ended step is memoised as (JSON text); undefined while it lies only in the database. */
  memos: Map<string, string> | undefined;
  memoBytes: number;
  /** Rows of steps that were announced and have not ended. */
  readonly planned: Map<string, StepRow>;
  readonly items: Map<string, Item>;
  readonly waits: Map<string, Wait>;
  /** `<run>.<step>` of the step that invoked this run. */
  readonly correlationId: string | null;
  readonly idempotencyKey: string | null;
  readonly singletonKey: string | null;
  readonly slots: readonly { readonly key: string; readonly limit: number }[];
  /** Subtracted from the due time when the queue is ordered. */
  readonly priorityMs: number;
  cancelledBy: string | null;
  timers: Timer[];
  cancelListeners: CancelListener[];
}

/** One `cancelOn` rule of one run. */
export interface CancelListener {
  readonly run: Run;
  readonly index: number;
  readonly event: string;
}

export type ItemKind = "discover" | "step" | "sleep";

/** An entry of the queue: a call of the SDK that is due at a time. */
export interface Item {
  readonly id: string;
  readonly run: Run;
  kind: ItemKind;
  stepId: string | null;
  attempt: number;
  dueMs: number;
  /** One of several operations of one answer: the SDK may not run the next step at once. */
  isParallel: boolean;
  /** Length of the stack when the item was made. */
  stackAt: number;
  /** Set while the SDK is being called. */
  requestId: string | null;
  /** Its last attempt didn't reach the SDK; it needn't wait any longer once that is back. */
  waitsForSdk: boolean;
  timer: Timer | undefined;
}

export type WaitKind = "event" | "signal" | "invoke";

/** A step that waits for something other than time. */
export interface Wait {
  readonly id: string;
  readonly run: Run;
  readonly stepId: string;
  readonly kind: WaitKind;
  /** The event's name, the signal's, or the invoked function's. */
  readonly name: string;
  readonly expression: string | null;
  readonly expiresMs: number;
  timer: Timer | undefined;
}

export function isEnded(run: Run): boolean {
  return run.endedMs !== null;
}

/** The first event's JSON is what expressions call `event`. */
export function firstEvent(run: Run): StoredEvent {
  const event = run.events[0];
  if (!event) throw new Error(`run ${run.id} has no event`);
  return event;
}

import { Heap } from "./heap.ts";

/** setTimeout's own limit; a longer wait is cut in pieces. */
const maxTimeoutMs = 2_000_000_000;

export interface Timer {
  readonly atMs: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** All the engine's waiting on one timeout: the process sleeps until the earliest of them is due, and never polls. */
export class Timers {
  readonly #heap = new Heap<Timer>((a, b) => a.atMs - b.atMs);
  #timeout: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #isRunning = false;

  /** Calls `run` at this time (epoch ms), or soon when it has passed. */
  at(atMs: number, run: () => void): Timer {
    const timer: Timer = { atMs, run, cancelled: false };
    this.#heap.push(timer);
    this.#arm();
    return timer;
  }

  get size(): number {
    return this.#heap.size;
  }

  /** Until then nothing fires: what is read back at start must be complete first. */
  start(): void {
    this.#isRunning = true;
    this.#arm();
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timeout);
  }

  #arm(): void {
    if (!this.#isRunning) return;
    const next = this.#heap.peek();
    if (next === undefined || next.atMs >= this.#dueMs) return;
    clearTimeout(this.#timeout);
    this.#dueMs = next.atMs;
    const delayMs = Math.min(maxTimeoutMs, Math.max(0, next.atMs - Date.now()));
    this.#timeout = setTimeout(() => this.#fire(), delayMs);
  }

  #fire(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    const now = Date.now();
    for (;;) {
      const next = this.#heap.peek();
      if (next === undefined) return;
      if (next.cancelled) this.#heap.pop();
      else if (next.atMs <= now) {
        this.#heap.pop();
        next.run();
      } else break;
    }
    this.#arm();
  }
}

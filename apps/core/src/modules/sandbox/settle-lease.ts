import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../platform/clock.ts";
import { limits } from "../../platform/limits.ts";

const againMs = 300;

/**
 * Records how what was done under a lease has ended. Where the database doesn't answer it rejects, and goes on trying
 * beside its caller for as long as the lease is fresh: one that nobody uses would keep whoever opens the sandbox waiting.
 */
export function settleLease<T>(record: () => Promise<T>): Promise<T> {
  const first = record();
  first.catch(() => void tryAgain(record));
  return first;
}

async function tryAgain(record: () => Promise<unknown>): Promise<void> {
  const untilMs = systemClock.monotonicMs() + limits.sandbox.creatingStaleMs;
  while (systemClock.monotonicMs() < untilMs) {
    await sleep(againMs, undefined, { ref: false });
    const isAnswered = await record().then(
      () => true,
      () => false,
    );
    if (isAnswered) return;
  }
}

const minutesMs = 60_000;
const scheduleMs = [15_000, 30_000, 1, 2, 5, 10, 20, 40, 60, 120].map((value) => (value < 1_000 ? value * minutesMs : value));
const maxJitterMs = 30_000;
const minRetryAfterMs = 1_000;
const maxRetryAfterMs = 24 * 60 * minutesMs;

/** When the next attempt is due (epoch ms): the SDK's Retry-After (seconds or a date) first, then the fixed interval, then the schedule with jitter. */
export function retryAtMs(
  failedAttempt: number,
  retryAfter: string | undefined,
  fixedIntervalMs: number | undefined,
  nowMs: number,
  random: () => number = Math.random,
): number {
  if (retryAfter !== undefined) {
    const seconds = Number(retryAfter);
    const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - nowMs;
    if (!Number.isNaN(waitMs)) return nowMs + Math.min(maxRetryAfterMs, Math.max(minRetryAfterMs, waitMs));
  }
  if (fixedIntervalMs !== undefined) return nowMs + fixedIntervalMs;
  const base = scheduleMs[Math.min(failedAttempt, scheduleMs.length - 1)] ?? 0;
  return nowMs + base + random() * maxJitterMs;
}

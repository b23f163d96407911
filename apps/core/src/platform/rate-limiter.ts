import { systemClock } from "./clock.ts";

export interface RateDecision {
  readonly ok: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** seconds until the next request would be let through; 0 when this one was */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  take(key: string): RateDecision;
}

/**
 * At most `requests` in any `windowMs`, by key: a token bucket that refills steadily. It lives in this process: with
 * several web processes each grants as much, which the operator's proxy has to count in.
 */
export function createRateLimiter(options: {
  requests: number;
  windowMs: number;
  monotonicMs?: () => number;
  maxKeys?: number;
}): RateLimiter {
  const { requests, windowMs, monotonicMs = systemClock.monotonicMs, maxKeys = 10_000 } = options;
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  function forgetFull(nowMs: number): void {
    for (const [key, bucket] of buckets) if (nowMs - bucket.atMs >= windowMs) buckets.delete(key);
    // Still too many: the longest untouched go. The map keeps them in that order.
    for (const key of buckets.keys()) {
      if (buckets.size < maxKeys) break;
      buckets.delete(key);
    }
  }

  return {
    take(key) {
      const nowMs = monotonicMs();
      const known = buckets.get(key);
      const tokens = known ? Math.min(requests, known.tokens + ((nowMs - known.atMs) * requests) / windowMs) : requests;
      const ok = tokens >= 1;
      const left = ok ? tokens - 1 : tokens;
      if (!known && buckets.size >= maxKeys) forgetFull(nowMs);
      buckets.delete(key);
      buckets.set(key, { tokens: left, atMs: nowMs });
      const retryAfterSeconds = ok ? 0 : Math.max(1, Math.ceil(((1 - left) * windowMs) / requests / 1_000));
      return { ok, limit: requests, remaining: Math.floor(left), retryAfterSeconds };
    },
  };
}

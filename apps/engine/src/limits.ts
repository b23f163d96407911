const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Every limit of the engine, with its unit. */
export const limits = {
  request: { maxBodyBytes: 64 * 1024 * 1024, drainMs: 10_000 },
  events: { maxPerRequest: 20_000, chunk: 500, dedupeMs: dayMs },
  call: { timeoutMs: 2 * hourMs, maxInFlight: 512, maxResponseBytes: 64 * 1024 * 1024 },
  state: { useApiBytes: 4 * 1024 * 1024, cacheBytes: 64 * 1024 * 1024, lazyParseBytes: 16 * 1024 },
  attempts: { default: 5 },
  invoke: { timeoutMs: 365 * dayMs },
  lease: { ttlMs: 9_000, renewMs: 3_000 },
  database: { retryMinMs: 50, retryMaxMs: 1_000, connectTimeoutMs: 5_000, statementTimeoutMs: 60_000 },
  sync: { retryMinMs: 100, retryMaxMs: 2_000, timeoutMs: 10_000 },
  retention: { runsMs: 7 * dayMs, sweepMs: hourMs, batch: 500 },
  acknowledge: { timeoutMs: 20_000 },
  idempotency: { maxRemembered: 500_000 },
} as const;

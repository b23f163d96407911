import { describe, expect, it } from "vitest";
import { createRateLimiter } from "./rate-limiter.ts";

describe("createRateLimiter", () => {
  it("grants what the window allows, says when to come back, and refills", () => {
    let nowMs = 0;
    const limiter = createRateLimiter({ requests: 3, windowMs: 60_000, monotonicMs: () => nowMs });
    expect([limiter.take("a"), limiter.take("a"), limiter.take("a")].map((decision) => decision.ok)).toEqual([true, true, true]);
    expect(limiter.take("a")).toEqual({ ok: false, limit: 3, remaining: 0, retryAfterSeconds: 20 });
    expect(limiter.take("b").ok).toBe(true);
    nowMs = 20_000;
    expect(limiter.take("a").ok).toBe(true);
    expect(limiter.take("a").ok).toBe(false);
    nowMs = 200_000;
    expect(limiter.take("a").remaining).toBe(2);
  });

  it("keeps its memory bounded", () => {
    const limiter = createRateLimiter({ requests: 1, windowMs: 1_000, monotonicMs: () => 0, maxKeys: 3 });
    for (const key of ["a", "b", "c", "d"]) limiter.take(key);
    expect(limiter.take("d").ok).toBe(false);
    expect(limiter.take("a").ok).toBe(true);
  });
});

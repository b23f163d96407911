import { AppError } from "@opencode/core/platform/errors.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { createRateLimiter, type RateDecision, type RateLimiter } from "@opencode/core/platform/rate-limiter.ts";
import type { RestCaller } from "./authenticate.ts";

const minuteMs = 60_000;

// Routes are bundled apart; what a process grants is counted in one place.
const holder = globalThis as { __opencodeRestLimits?: Record<"write" | "read" | "refused", RateLimiter> };

function limiters() {
  holder.__opencodeRestLimits ??= {
    write: createRateLimiter({ requests: limits.rest.requestsPerMinute, windowMs: minuteMs }),
    read: createRateLimiter({ requests: limits.rest.readsPerMinute, windowMs: minuteMs }),
    refused: createRateLimiter({ requests: limits.rest.unauthenticatedPerMinute, windowMs: minuteMs }),
  };
  return holder.__opencodeRestLimits;
}

function assertGranted(decision: RateDecision): RateDecision {
  if (decision.ok) return decision;
  const { limit, retryAfterSeconds } = decision;
  throw new AppError("TOO_MANY_REQUESTS", `That was more than ${limit} requests a minute. Wait ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}

/** Counts a request of a known caller; TOO_MANY_REQUESTS with the seconds to wait. */
export function takeRequest(caller: RestCaller, kind: "read" | "write"): RateDecision {
  return assertGranted(limiters()[kind].take(`${caller.workspaceId}:${caller.actor.id}`));
}

/** Counts a refused sign-in by the address that the proxy names, so that keys can't be tried at will. */
export function takeRefusal(request: Request): void {
  assertGranted(limiters().refused.take(request.headers.get("x-forwarded-for") ?? "direct"));
}

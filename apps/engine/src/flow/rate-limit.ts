import type { Bindings } from "../expressions.ts";
import { keyText } from "../expressions.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { boundedKey } from "../ids.ts";
import type { Machine } from "../machine.ts";
import { flowRow } from "../run/rows.ts";

/** True when the function has started as often as it may within the last period: the event then starts nothing. */
export function isRateLimited(machine: Machine, fn: FunctionRecord, bindings: Bindings, nowMs: number): boolean {
  const { rateLimit } = fn;
  if (!rateLimit) return false;
  const key = boundedKey(`rate:${fn.slug}:${rateLimit.key ? keyText(rateLimit.key.value(bindings)) : ""}`);
  const recent = (machine.rateWindows.get(key)?.startsMs ?? []).filter((startMs) => startMs > nowMs - rateLimit.periodMs);
  if (recent.length >= rateLimit.limit) return true;
  const window = { startsMs: [...recent, nowMs], untilMs: nowMs + rateLimit.periodMs };
  machine.rateWindows.set(key, window);
  machine.writer.put("flow", key, flowRow(key, "rate", fn.id, window.untilMs, window.startsMs));
  return false;
}

/** Forgets limits that no longer hold anything back, so that memory doesn't grow with every key that was ever used. */
export function forgetOldLimits(machine: Machine, nowMs: number): void {
  for (const [key, { untilMs }] of machine.rateWindows) if (untilMs < nowMs) machine.rateWindows.delete(key);
  for (const [key, arrivalMs] of machine.throttles) if (arrivalMs < nowMs) machine.throttles.delete(key);
}

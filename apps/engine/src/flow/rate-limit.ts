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
  const recent = (machine.rateWindows.get(key) ?? []).filter((startMs) => startMs > nowMs - rateLimit.periodMs);
  if (recent.length >= rateLimit.limit) return true;
  recent.push(nowMs);
  machine.rateWindows.set(key, recent);
  machine.writer.put("flow", key, () => flowRow(key, "rate", fn.id, nowMs + rateLimit.periodMs, machine.rateWindows.get(key) ?? []));
  return false;
}

import type { Bindings } from "../expressions.ts";
import { keyText } from "../expressions.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { boundedKey } from "../ids.ts";
import type { Machine } from "../machine.ts";
import { flowRow } from "../run/rows.ts";

/**
 * When a run may begin (epoch ms): starts are spaced `period / limit` apart, and `burst` of them may come at once
 * (generic cell rate algorithm). Later runs are put off, none is dropped.
 */
export function throttledStartMs(machine: Machine, fn: FunctionRecord, bindings: Bindings, nowMs: number): number {
  const { throttle } = fn;
  if (!throttle) return nowMs;
  const key = boundedKey(`throttle:${fn.slug}:${throttle.key ? keyText(throttle.key.value(bindings)) : ""}`);
  const intervalMs = throttle.periodMs / throttle.limit;
  const arrivalMs = Math.max(machine.throttles.get(key) ?? 0, nowMs);
  const startMs = Math.max(nowMs, arrivalMs - intervalMs * Math.max(0, throttle.burst - 1));
  machine.throttles.set(key, arrivalMs + intervalMs);
  machine.writer.put("flow", key, () => flowRow(key, "throttle", fn.id, machine.throttles.get(key) ?? null, null));
  return startMs;
}

import { storeEvent } from "../events/stored-event.ts";
import { stableUuid, ulid } from "../ids.ts";
import { isJsonObject, type Json } from "../json.ts";
import type { Machine } from "../machine.ts";
import { completeStep } from "../run/complete-step.ts";
import type { Run } from "../run/run.ts";
import { startRun } from "../run/start-run.ts";
import { dropWait } from "../run/waits.ts";
import { errorJson, type Op } from "./answer.ts";

/** Starts the invoked function with an event of its own; its end is found by the correlation id. The wait stands already. */
export function invoke(machine: Machine, run: Run, op: Op, slug: string): void {
  const correlationId = `${run.id}.${op.id}`;
  const fn = machine.registry.bySlug(slug);
  const wait = machine.invokeWaits.get(correlationId);
  const refuse = (name: string, message: string): void => {
    if (!wait) return;
    dropWait(machine, wait);
    completeStep(machine, run, { id: op.id, memo: `{"error":${errorJson(name, message)}}`, status: "failed" });
  };
  if (!fn?.isActive) {
    refuse("Error", `could not find function with ID: ${slug}`);
    return;
  }
  const now = Date.now();
  const payload: Json = isJsonObject(op.opts?.payload as Json) ? (op.opts?.payload as Json) : {};
  const data = isJsonObject(payload) && isJsonObject(payload.data ?? null) ? (payload.data as { [key: string]: Json }) : {};
  const internalId = ulid(now);
  const event = storeEvent({
    internalId,
    id: internalId,
    name: "inngest/function.invoked",
    data: {
      _inngest: {
        correlation_id: correlationId,
        expire: Math.round(wait?.expiresMs ?? now),
        fn_id: slug,
        gid: stableUuid(correlationId),
        name: op.displayName ?? op.id,
        source_app_id: run.fn.appId,
        source_fn_id: run.fn.id,
        source_fn_v: 1,
      },
      ...data,
    },
    ts: now,
    receivedMs: now,
  });
  machine.writer.put("events", internalId, {
    internal_id: internalId,
    id: internalId,
    name: event.name,
    body: event.body,
    received_ms: now,
  });
  if (!startRun(machine, fn, [event], { correlationId }))
    refuse("Error", `function ${slug} did not start: a run of the same singleton is under way`);
}

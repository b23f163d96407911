import type { FlowRow, ItemRow, RunRow, WaitRow } from "../store/tables.ts";
import type { Item, Run, Wait } from "./run.ts";

/** The order of ended steps stands in the steps' positions, so a long stack isn't written with every step. */
export function runRow(run: Run): RunRow {
  return {
    id: run.id,
    function_id: run.fn.id,
    function_slug: run.fn.slug,
    status: run.status,
    event_ids: JSON.stringify(run.events.map((event) => event.internalId)),
    created_ms: run.createdMs,
    started_ms: run.startedMs,
    ended_ms: run.endedMs,
    output: run.output,
    error: run.error,
    request_version: run.requestVersion,
    correlation_id: run.correlationId,
    idempotency_key: run.idempotencyKey,
    singleton_key: run.singletonKey,
    priority_ms: Math.round(run.priorityMs),
    slots: JSON.stringify(run.slots),
    cancelled_by: run.cancelledBy,
  };
}

export function itemRow(item: Item): ItemRow {
  return {
    id: item.id,
    run_id: item.run.id,
    kind: item.kind,
    step_id: item.stepId,
    attempt: item.attempt,
    due_ms: Math.round(item.dueMs),
    priority_ms: item.run.priorityMs,
    detail: JSON.stringify({ isParallel: item.isParallel, stackAt: item.stackAt }),
  };
}

export function waitRow(wait: Wait): WaitRow {
  return {
    id: wait.id,
    run_id: wait.run.id,
    step_id: wait.stepId,
    kind: wait.kind,
    name: wait.name,
    expression: wait.expression,
    expires_ms: Math.round(wait.expiresMs),
  };
}

export function flowRow(key: string, kind: string, functionId: string, dueMs: number | null, detail: unknown): FlowRow {
  return { key, kind, function_id: functionId, due_ms: dueMs === null ? null : Math.round(dueMs), detail: JSON.stringify(detail) };
}

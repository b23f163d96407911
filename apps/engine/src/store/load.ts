import { watchWait } from "../call/plan-op.ts";
import type { StoredEvent } from "../events/stored-event.ts";
import { watchGathering } from "../flow/gather.ts";
import { readFunction } from "../functions/function-record.ts";
import { parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import { type Machine, whenDue } from "../machine.ts";
import { advance } from "../run/complete-step.ts";
import type { Item, ItemKind, Run, RunStatus, Wait, WaitKind } from "../run/run.ts";
import { indexRun } from "../run/start-run.ts";
import { indexWait } from "../run/waits.ts";
import type { AppRow, EventRow, FlowRow, FunctionRow, ItemRow, RunRow, StepRow, WaitRow } from "./tables.ts";

const rowsOf = async <R>(machine: Machine, sql: string, values: unknown[] = []): Promise<R[]> =>
  (await machine.reader.query(sql, values)) as R[];

/** Reads back everything that has not ended, and lets it go on. Answers the next times of the schedules. */
export async function loadMachine(machine: Machine): Promise<Map<string, number>> {
  await loadFunctions(machine);
  const runs = await loadRuns(machine);
  await loadSteps(machine, runs);
  await loadItems(machine, runs);
  await loadWaits(machine, runs);
  for (const run of runs.values()) advance(machine, run);
  const recent = await rowsOf<{ idempotency_key: string; created_ms: number }>(
    machine,
    "SELECT idempotency_key, created_ms FROM engine.runs WHERE idempotency_key IS NOT NULL AND created_ms > $1 ORDER BY created_ms DESC LIMIT $2",
    [Date.now() - limits.events.dedupeMs, limits.idempotency.maxRemembered],
  );
  for (const row of recent.reverse()) machine.idempotencyKeys.isUsed(row.idempotency_key, row.created_ms);
  return loadFlow(machine);
}

async function loadFunctions(machine: Machine): Promise<void> {
  for (const app of await rowsOf<AppRow>(machine, "SELECT * FROM engine.apps")) machine.apps.set(app.id, app.checksum);
  for (const row of await rowsOf<FunctionRow>(machine, "SELECT * FROM engine.functions")) {
    try {
      const fn = readFunction(parseJson(row.config), row.app_id);
      fn.isActive = row.active;
      machine.registry.put(fn);
    } catch (error) {
      machine.log.warn({ err: error, slug: row.slug }, "a stored function can't be read; it has to register again");
      machine.apps.delete(row.app_id);
    }
  }
}

async function loadEvents(machine: Machine, ids: readonly string[]): Promise<Map<string, StoredEvent>> {
  const rows = await rowsOf<EventRow>(machine, "SELECT * FROM engine.events WHERE internal_id = ANY ($1::text[])", [ids]);
  return new Map(
    rows.map((row) => [
      row.internal_id,
      { internalId: row.internal_id, id: row.id, name: row.name, receivedMs: row.received_ms, body: row.body },
    ]),
  );
}

async function loadRuns(machine: Machine): Promise<Map<string, Run>> {
  const rows = await rowsOf<RunRow>(machine, "SELECT * FROM engine.runs WHERE ended_ms IS NULL ORDER BY id");
  const events = await loadEvents(machine, [...new Set(rows.flatMap((row) => JSON.parse(row.event_ids) as string[]))]);
  const runs = new Map<string, Run>();
  for (const row of rows) {
    const fn = machine.registry.byId(row.function_id);
    if (!fn) {
      machine.log.warn({ runId: row.id, slug: row.function_slug }, "a run's function is not known; the run rests");
      continue;
    }
    const run: Run = {
      id: row.id,
      fn,
      events: (JSON.parse(row.event_ids) as string[]).flatMap((id) => events.get(id) ?? []),
      createdMs: row.created_ms,
      status: row.status as RunStatus,
      startedMs: row.started_ms,
      endedMs: null,
      output: null,
      error: null,
      requestVersion: row.request_version,
      stack: [],
      done: new Set(),
      memos: new Map(),
      memoBytes: 0,
      planned: new Map(),
      items: new Map(),
      waits: new Map(),
      correlationId: row.correlation_id,
      idempotencyKey: row.idempotency_key,
      singletonKey: row.singleton_key,
      slots: JSON.parse(row.slots) as Run["slots"],
      priorityMs: row.priority_ms,
      cancelledBy: null,
      timers: [],
      cancelListeners: [],
    };
    runs.set(run.id, run);
    indexRun(machine, run);
  }
  return runs;
}

/** Only the ids and sizes: the memos themselves are read when a run goes on. */
async function loadSteps(machine: Machine, runs: ReadonlyMap<string, Run>): Promise<void> {
  const rows = await rowsOf<StepRow & { memo_bytes: number | null }>(
    machine,
    `SELECT run_id, s.id, op, name, s.status, position, opts, s.started_ms, s.ended_ms, NULL AS memo, length(memo) AS memo_bytes
     FROM engine.steps AS s JOIN engine.runs AS r ON r.id = s.run_id WHERE r.ended_ms IS NULL ORDER BY run_id, position`,
  );
  for (const { memo_bytes: memoBytes, ...row } of rows) {
    const run = runs.get(row.run_id);
    if (!run) continue;
    if (memoBytes === null) run.planned.set(row.id, row);
    else {
      run.stack.push(row.id);
      run.done.add(row.id);
      run.memoBytes += memoBytes;
      run.memos = undefined;
    }
  }
}

async function loadItems(machine: Machine, runs: ReadonlyMap<string, Run>): Promise<void> {
  for (const row of await rowsOf<ItemRow>(machine, "SELECT * FROM engine.items ORDER BY due_ms")) {
    const run = runs.get(row.run_id);
    if (!run) continue;
    const detail = JSON.parse(row.detail) as { isParallel: boolean; stackAt: number };
    const item: Item = {
      id: row.id,
      run,
      kind: row.kind as ItemKind,
      stepId: row.step_id,
      attempt: row.attempt,
      dueMs: row.due_ms,
      isParallel: detail.isParallel,
      stackAt: detail.stackAt,
      requestId: null,
      waitsForSdk: false,
      timer: undefined,
    };
    run.items.set(item.id, item);
    whenDue(machine, item);
  }
}

async function loadWaits(machine: Machine, runs: ReadonlyMap<string, Run>): Promise<void> {
  for (const row of await rowsOf<WaitRow>(machine, "SELECT * FROM engine.waits")) {
    const run = runs.get(row.run_id);
    if (!run) continue;
    const wait: Wait = {
      id: row.id,
      run,
      stepId: row.step_id,
      kind: row.kind as WaitKind,
      name: row.name,
      expression: row.expression,
      expiresMs: row.expires_ms,
      timer: undefined,
    };
    indexWait(machine, wait);
    watchWait(machine, wait);
  }
}

async function loadFlow(machine: Machine): Promise<Map<string, number>> {
  const crons = new Map<string, number>();
  for (const row of await rowsOf<FlowRow>(machine, "SELECT * FROM engine.flow")) {
    if (row.kind === "cron" && row.due_ms !== null) crons.set(row.key, row.due_ms);
    else if (row.kind === "throttle" && row.due_ms !== null) machine.throttles.set(row.key, row.due_ms);
    else if (row.kind === "rate")
      machine.rateWindows.set(row.key, { startsMs: JSON.parse(row.detail) as number[], untilMs: row.due_ms ?? 0 });
    else if (row.due_ms !== null) {
      const detail = JSON.parse(row.detail) as { firstMs: number; events: string[] };
      const events = await loadEvents(machine, detail.events);
      const gathering = {
        key: row.key,
        functionId: row.function_id,
        events: detail.events.flatMap((id) => events.get(id) ?? []),
        firstMs: detail.firstMs,
        dueMs: row.due_ms,
        timer: undefined,
      };
      machine.gatherings.set(row.key, gathering);
      watchGathering(machine, gathering);
    }
  }
  return crons;
}

import { type Json, parseJson } from "../json.ts";
import type { Connection } from "./connection.ts";
import type { AttemptRow, EventRow, RunRow, StepRow } from "./tables.ts";

const statusNames: Record<string, string> = {
  queued: "Queued",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

const iso = (timeMs: number | null): string | null => (timeMs === null ? null : new Date(timeMs).toISOString());
const json = (text: string | null): Json => (text === null ? null : (parseJson(text) ?? null));

/** A run as listings show it; the first seven fields are Inngest's own. */
export interface RunSummary {
  readonly run_id: string;
  readonly run_started_at: string | null;
  readonly function_id: string;
  readonly event_id: string | null;
  readonly status: string;
  readonly ended_at: string | null;
  readonly output: Json;
  readonly function_slug: string;
  readonly queued_at: string | null;
  readonly error: Json;
  readonly cancelled_by: string | null;
}

function summary(row: RunRow): RunSummary {
  const eventIds = JSON.parse(row.event_ids) as string[];
  return {
    run_id: row.id,
    run_started_at: iso(row.started_ms ?? row.created_ms),
    function_id: row.function_id,
    event_id: eventIds[0] ?? null,
    status: statusNames[row.status] ?? row.status,
    ended_at: iso(row.ended_ms),
    output: row.error === null ? json(row.output) : json(row.error),
    function_slug: row.function_slug,
    queued_at: iso(row.created_ms),
    error: json(row.error),
    cancelled_by: row.cancelled_by,
  };
}

const rowsOf = async <R>(connection: Connection, sql: string, values: unknown[]): Promise<R[]> =>
  (await connection.query(sql, values)) as R[];

/** The runs that an event started, found by the id that its sender was given or by its own. */
export async function runsOfEvent(connection: Connection, eventId: string): Promise<RunSummary[]> {
  const rows = await rowsOf<RunRow>(
    connection,
    `SELECT r.* FROM engine.runs AS r JOIN engine.run_events AS e ON e.run_id = r.id
     WHERE e.event_id = $1 OR e.event_id IN (SELECT internal_id FROM engine.events WHERE id = $1) ORDER BY r.id`,
    [eventId],
  );
  return rows.map(summary);
}

/** The newest runs first; `before` is the id of the last run of the page before. */
export async function listRuns(
  connection: Connection,
  filter: { functionSlug: string | undefined; status: string | undefined; before: string | undefined; limit: number },
): Promise<RunSummary[]> {
  const rows = await rowsOf<RunRow>(
    connection,
    `SELECT * FROM engine.runs WHERE ($1::text IS NULL OR function_slug = $1) AND ($2::text IS NULL OR status = lower($2))
     AND ($3::text IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
    [filter.functionSlug ?? null, filter.status ?? null, filter.before ?? null, filter.limit],
  );
  return rows.map(summary);
}

/** One run with its events, steps and attempts, timings included; null when there is none of this id. */
export async function readRun(
  connection: Connection,
  runId: string,
): Promise<(RunSummary & { events: Json[]; steps: Json; attempts: Json }) | null> {
  const [row] = await rowsOf<RunRow>(connection, "SELECT * FROM engine.runs WHERE id = $1", [runId]);
  if (!row) return null;
  const events = await rowsOf<EventRow>(
    connection,
    "SELECT * FROM engine.events WHERE internal_id = ANY ($1::text[]) ORDER BY internal_id",
    [JSON.parse(row.event_ids)],
  );
  const steps = await rowsOf<StepRow>(connection, "SELECT * FROM engine.steps WHERE run_id = $1 ORDER BY started_ms, position", [runId]);
  const attempts = await rowsOf<AttemptRow>(connection, "SELECT * FROM engine.attempts WHERE run_id = $1 ORDER BY started_ms, request_id", [
    runId,
  ]);
  return {
    ...summary(row),
    events: events.map((event) => json(event.body)),
    steps: steps.map((step) => ({
      id: step.id,
      op: step.op,
      name: step.name,
      status: step.status,
      started_at: iso(step.started_ms),
      ended_at: iso(step.ended_ms),
      duration_ms: step.started_ms === null || step.ended_ms === null ? null : step.ended_ms - step.started_ms,
      opts: json(step.opts),
      result: json(step.memo),
    })),
    attempts: attempts.map((attempt) => ({
      request_id: attempt.request_id,
      step_id: attempt.step_id,
      attempt: attempt.attempt,
      outcome: attempt.outcome,
      http_status: attempt.http_status,
      error: json(attempt.error),
      started_at: iso(attempt.started_ms),
      ended_at: iso(attempt.ended_ms),
      duration_ms: attempt.ended_ms - attempt.started_ms,
    })),
  };
}

/** The rows that a flush writes: how each table is upserted and by what it is deleted. */

export interface EventRow {
  internal_id: string;
  id: string;
  name: string;
  body: string;
  received_ms: number;
}

export interface RunRow {
  id: string;
  function_id: string;
  function_slug: string;
  status: string;
  event_ids: string;
  created_ms: number;
  started_ms: number | null;
  ended_ms: number | null;
  output: string | null;
  error: string | null;
  request_version: number;
  correlation_id: string | null;
  idempotency_key: string | null;
  singleton_key: string | null;
  priority_ms: number;
  slots: string;
  cancelled_by: string | null;
}

export interface StepRow {
  run_id: string;
  id: string;
  op: string;
  name: string;
  status: string;
  position: number;
  memo: string | null;
  opts: string | null;
  started_ms: number | null;
  ended_ms: number | null;
}

export interface ItemRow {
  id: string;
  run_id: string;
  kind: string;
  step_id: string | null;
  attempt: number;
  due_ms: number;
  priority_ms: number;
  detail: string;
}

export interface WaitRow {
  id: string;
  run_id: string;
  step_id: string;
  kind: string;
  name: string;
  expression: string | null;
  expires_ms: number;
}

export interface AttemptRow {
  run_id: string;
  request_id: string;
  item_id: string;
  step_id: string | null;
  attempt: number;
  outcome: string;
  http_status: number | null;
  error: string | null;
  started_ms: number;
  ended_ms: number;
}

export interface FlowRow {
  key: string;
  kind: string;
  function_id: string;
  due_ms: number | null;
  detail: string;
}

interface RunEventRow {
  event_id: string;
  run_id: string;
}

export interface AppRow {
  id: string;
  name: string;
  url: string;
  framework: string | null;
  sdk: string | null;
  checksum: string;
  synced_ms: number;
}

export interface FunctionRow {
  id: string;
  slug: string;
  app_id: string;
  config: string;
  active: boolean;
}

export interface Tables {
  apps: AppRow;
  functions: FunctionRow;
  events: EventRow;
  runs: RunRow;
  run_events: RunEventRow;
  steps: StepRow;
  items: ItemRow;
  waits: WaitRow;
  attempts: AttemptRow;
  flow: FlowRow;
}
export type TableName = keyof Tables;

interface TableWrite {
  readonly table: TableName;
  readonly conflict: string;
}

const update = (keys: string, ...columns: string[]): string =>
  `(${keys}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`;

const writes: readonly TableWrite[] = [
  { table: "apps", conflict: update("id", "name", "url", "framework", "sdk", "checksum", "synced_ms") },
  { table: "functions", conflict: update("id", "slug", "app_id", "config", "active") },
  { table: "events", conflict: "DO NOTHING" },
  {
    table: "runs",
    conflict: update("id", "status", "started_ms", "ended_ms", "output", "error", "request_version", "cancelled_by"),
  },
  { table: "run_events", conflict: "DO NOTHING" },
  { table: "steps", conflict: update("run_id, id", "op", "name", "status", "position", "memo", "opts", "started_ms", "ended_ms") },
  { table: "items", conflict: update("id", "kind", "step_id", "attempt", "due_ms", "priority_ms", "detail") },
  { table: "waits", conflict: "DO NOTHING" },
  { table: "attempts", conflict: "DO NOTHING" },
  { table: "flow", conflict: update("key", "due_ms", "detail") },
];

/** Tables whose rows are also deleted, by this one text column. */
const deletes = { items: "id", waits: "id", flow: "key" } as const;
export type DeletableTable = keyof typeof deletes;

export const writtenTables: readonly TableName[] = writes.map((write) => write.table);
export const deletableTables: readonly DeletableTable[] = ["items", "waits", "flow"];

/**
 * One statement writes a whole flush: it is one round trip and one transaction. Its parameters are the holder and
 * epoch of the lease, a JSON array of rows for each table and a text array of keys for each deletable one. A lost
 * lease divides by zero, so nothing of the flush is written.
 */
export const flushStatement: string = (() => {
  const parts = [
    "guard AS MATERIALIZED (SELECT 1 / count(*)::int AS held FROM (SELECT 1 FROM engine.lease WHERE id = 1 AND holder = $1 AND epoch = $2 FOR SHARE) AS mine)",
  ];
  let parameter = 2;
  for (const { table, conflict } of writes) {
    parameter += 1;
    parts.push(
      `w_${table} AS (INSERT INTO engine.${table} SELECT r.* FROM guard, json_populate_recordset(NULL::engine.${table}, $${parameter}::json) AS r WHERE guard.held = 1 ON CONFLICT ${conflict})`,
    );
  }
  for (const table of deletableTables) {
    parameter += 1;
    parts.push(
      `d_${table} AS (DELETE FROM engine.${table} USING guard WHERE guard.held = 1 AND ${deletes[table]} = ANY ($${parameter}::text[]))`,
    );
  }
  return `WITH ${parts.join(",\n")} SELECT held FROM guard`;
})();

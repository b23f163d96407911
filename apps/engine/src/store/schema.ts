/**
 * The engine's own schema. Each entry runs once, in order; an entry that has been released is never edited.
 * Times are epoch milliseconds. What came from an SDK or an event stays JSON text: it is handed on as it came,
 * and text, other than jsonb, can hold every JSON document.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE engine.lease (
  id int PRIMARY KEY, holder text NOT NULL, epoch bigint NOT NULL, expires_ms bigint NOT NULL
);
CREATE TABLE engine.apps (
  id text PRIMARY KEY, name text NOT NULL, url text NOT NULL, framework text, sdk text, checksum text NOT NULL, synced_ms bigint NOT NULL
);
CREATE TABLE engine.functions (
  id text PRIMARY KEY, slug text NOT NULL UNIQUE, app_id text NOT NULL, config text NOT NULL, active boolean NOT NULL
);
CREATE TABLE engine.events (
  internal_id text PRIMARY KEY, id text NOT NULL, name text NOT NULL, body text NOT NULL, received_ms bigint NOT NULL
);
CREATE INDEX events_id ON engine.events (id);
CREATE INDEX events_received ON engine.events (received_ms);
CREATE TABLE engine.runs (
  id text PRIMARY KEY, function_id text NOT NULL, function_slug text NOT NULL, status text NOT NULL,
  event_ids text NOT NULL, created_ms bigint NOT NULL, started_ms bigint, ended_ms bigint,
  output text, error text, request_version int NOT NULL, correlation_id text,
  idempotency_key text, singleton_key text, priority_ms bigint NOT NULL, slots text NOT NULL, cancelled_by text
);
CREATE INDEX runs_live ON engine.runs (id) WHERE ended_ms IS NULL;
CREATE INDEX runs_ended ON engine.runs (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX runs_function ON engine.runs (function_slug, id);
CREATE INDEX runs_idempotency ON engine.runs (idempotency_key, created_ms) WHERE idempotency_key IS NOT NULL;
CREATE TABLE engine.run_events (
  event_id text NOT NULL, run_id text NOT NULL, PRIMARY KEY (event_id, run_id)
);
CREATE INDEX run_events_run ON engine.run_events (run_id);
CREATE TABLE engine.steps (
  run_id text NOT NULL, id text NOT NULL, op text NOT NULL, name text NOT NULL, status text NOT NULL,
  position int NOT NULL, memo text, opts text, started_ms bigint, ended_ms bigint,
  PRIMARY KEY (run_id, id)
);
CREATE TABLE engine.items (
  id text PRIMARY KEY, run_id text NOT NULL, kind text NOT NULL, step_id text, attempt int NOT NULL,
  due_ms bigint NOT NULL, priority_ms bigint NOT NULL, detail text NOT NULL
);
CREATE TABLE engine.waits (
  id text PRIMARY KEY, run_id text NOT NULL, step_id text NOT NULL, kind text NOT NULL, name text NOT NULL,
  expression text, expires_ms bigint NOT NULL
);
CREATE TABLE engine.attempts (
  run_id text NOT NULL, request_id text NOT NULL, item_id text NOT NULL, step_id text, attempt int NOT NULL, outcome text NOT NULL,
  http_status int, error text, started_ms bigint NOT NULL, ended_ms bigint NOT NULL,
  PRIMARY KEY (run_id, request_id)
);
CREATE TABLE engine.flow (
  key text PRIMARY KEY, kind text NOT NULL, function_id text NOT NULL, due_ms bigint, detail text NOT NULL
);
`,
];

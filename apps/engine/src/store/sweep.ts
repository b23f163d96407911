import { limits } from "../limits.ts";
import type { Connection } from "./connection.ts";

/** Removes runs that ended before `olderThanMs` and what belongs to them, in small pieces; answers how many runs went. */
export async function sweep(connection: Connection, olderThanMs: number): Promise<number> {
  let swept = 0;
  for (;;) {
    const rows = await connection.query<{ id: string }>(
      "DELETE FROM engine.runs WHERE id IN (SELECT id FROM engine.runs WHERE ended_ms < $1 ORDER BY ended_ms LIMIT $2) RETURNING id",
      [olderThanMs, limits.retention.batch],
    );
    const ids = rows.map((row) => row.id);
    for (const table of ["steps", "attempts", "run_events"]) {
      if (ids.length > 0) await connection.query(`DELETE FROM engine.${table} WHERE run_id = ANY ($1::text[])`, [ids]);
    }
    swept += ids.length;
    if (ids.length < limits.retention.batch) break;
  }
  await connection.query(
    `DELETE FROM engine.events AS e WHERE received_ms < $1 AND NOT EXISTS (SELECT 1 FROM engine.run_events AS r WHERE r.event_id = e.internal_id)
     AND NOT EXISTS (SELECT 1 FROM engine.flow WHERE kind IN ('debounce', 'batch') AND position(e.internal_id IN detail) > 0)`,
    [olderThanMs],
  );
  await connection.query("DELETE FROM engine.flow WHERE kind IN ('rate', 'throttle') AND due_ms < $1", [Date.now()]);
  return swept;
}

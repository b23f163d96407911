import type { Connection } from "./connection.ts";
import { migrations } from "./schema.ts";

/** Creates the engine's schema, or brings it up to date. Concurrent callers wait for each other on a row lock's transaction. */
export async function migrateEngine(connection: Connection): Promise<void> {
  await connection.query("CREATE SCHEMA IF NOT EXISTS engine");
  await connection.query(
    "CREATE TABLE IF NOT EXISTS engine.migrations (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
  );
  const rows = await connection.query<{ version: number }>("SELECT version FROM engine.migrations ORDER BY version");
  const applied = new Set(rows.map((row) => row.version));
  for (const [index, sql] of migrations.entries()) {
    const version = index + 1;
    if (applied.has(version)) continue;
    // Several statements in one simple query are one transaction; a second engine fails on the version's key and starts again.
    await connection.query(`INSERT INTO engine.migrations (version) VALUES (${version}); ${sql}`);
  }
}

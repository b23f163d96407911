import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha-256 of the file, hexadecimal: what Prisma's own tools write and compare. */
  readonly checksum: string;
}

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
  readonly rolled_back_at: Date | null;
}

const migrationsDirectory = join(import.meta.dirname, "migrations");

/** The migrations of this version, oldest first. */
export async function readMigrations(directory = migrationsDirectory): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

// Byte for byte Prisma's own table, so that `prisma migrate status` and `deploy` accept it.
const createTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** Names the first migration to apply, or throws when the database is in a state that needs a person. */
function nextPending(migrations: readonly Migration[], rows: readonly AppliedRow[]): Migration | undefined {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const applied = new Set<string>();
  for (const row of rows) {
    if (row.rolled_back_at !== null) continue;
    if (row.finished_at === null) {
      throw new Error(
        `Migration ${row.migration_name} began once and did not finish, so the database may be half changed. ` +
          "Restore a backup, or repair it and mark it with `prisma migrate resolve`.",
      );
    }
    const migration = known.get(row.migration_name);
    if (!migration) {
      throw new Error(`The database has the migration ${row.migration_name}, which this version does not know. Start the newer version.`);
    }
    if (migration.checksum !== row.checksum) {
      throw new Error(
        `Migration ${row.migration_name} was changed after this database had applied it. ` +
          "Put the file back; for a throw-away database, remove its data and start again.",
      );
    }
    applied.add(row.migration_name);
  }
  return migrations.find((migration) => !applied.has(migration.name));
}

async function applyNext(client: Client, migrations: readonly Migration[]): Promise<string | null> {
  await client.query("BEGIN");
  try {
    // One applies, everybody else waits here and then finds nothing left to do. Not an advisory lock: on the
    // embedded database those exclude nobody, while an open transaction does.
    await client.query('LOCK TABLE "_prisma_migrations" IN EXCLUSIVE MODE');
    const { rows } = await client.query<AppliedRow>(
      'SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" ORDER BY started_at',
    );
    const migration = nextPending(migrations, rows);
    if (migration) {
      // The column's default, now(), is when this transaction began, which may be before an earlier migration's that it
      // waited for; as text, because a Date has no microseconds.
      const startedAt = (await client.query<{ at: string }>("SELECT clock_timestamp()::text AS at")).rows[0]?.at;
      await client.query(migration.sql);
      await client.query(
        'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, $4, clock_timestamp(), 1)',
        [randomUUID(), migration.checksum, migration.name, startedAt],
      );
    }
    await client.query("COMMIT");
    return migration?.name ?? null;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function createMigrationsTable(client: Client): Promise<void> {
  try {
    await client.query(createTable);
  } catch (error) {
    // Two that create it at the same moment: one gets a unique violation in the catalogue, and the table is there.
    if (!(error instanceof Error) || !("code" in error) || (error.code !== "23505" && error.code !== "42P07")) throw error;
  }
}

/**
 * Brings a database to this version's schema; each migration is one transaction together with its row.
 * Answers the names of those applied. Safe to call from several processes at once.
 */
export async function migrate(url: string, migrations?: readonly Migration[]): Promise<string[]> {
  const list = migrations ?? (await readMigrations());
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await createMigrationsTable(client);
    const applied: string[] = [];
    for (;;) {
      const name = await applyNext(client, list);
      if (name === null) return applied;
      applied.push(name);
    }
  } finally {
    await client.end();
  }
}

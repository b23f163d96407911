import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { Client } from "pg";
import { inject } from "vitest";
import { openDatabase } from "../../infra/local/database/open-database.ts";
import { serveDatabase } from "../../infra/local/database/socket-server.ts";
import { type DatabaseKind, databaseKind } from "./database-kind.ts";

export interface TestDatabase {
  readonly kind: DatabaseKind;
  readonly url: string;
  /** Drops it. The file's own database is dropped after the file's last test anyway. */
  close(): Promise<void>;
}

async function pgliteCopy(templateFile: string): Promise<TestDatabase> {
  const database = await openDatabase({ template: await openAsBlob(templateFile) });
  const socket = await serveDatabase(database, 0);
  return {
    kind: "pglite",
    url: `postgresql://postgres@127.0.0.1:${socket.port}/postgres`,
    close: async () => {
      await socket.close();
      await database.close();
    },
  };
}

async function onServer(templateUrl: string, sql: string): Promise<void> {
  const url = new URL(templateUrl);
  url.pathname = "/postgres";
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function postgresCopy(templateUrl: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = new URL(templateUrl);
  await onServer(templateUrl, `CREATE DATABASE ${name} TEMPLATE ${url.pathname.slice(1)}`);
  url.pathname = `/${name}`;
  return { kind: "postgres", url: url.href, close: () => onServer(templateUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Another fresh migrated database, for a test that needs a second one or wants to lose it. The caller closes it. */
export async function freshDatabase(): Promise<TestDatabase> {
  const template = inject("databaseTemplate");
  const copy = databaseKind() === "pglite" ? await pgliteCopy(template) : await postgresCopy(template);
  let closing: Promise<void> | undefined;
  return {
    ...copy,
    close: () => {
      closing ??= copy.close();
      return closing;
    },
  };
}

let ofThisFile: Promise<TestDatabase> | undefined;

/**
 * The migrated, empty database of this test file, on PGlite or a Postgres server by TEST_DATABASE. It stands in
 * DATABASE_URL before the file's imports run, so core's `withTenant` uses it without further ado.
 */
export function testDatabase(): Promise<TestDatabase> {
  ofThisFile ??= freshDatabase();
  return ofThisFile;
}

export async function closeTestDatabase(): Promise<void> {
  await (await ofThisFile)?.close();
}

import { migrate } from "@opencode/prisma/migrate.ts";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../../harness/test-database.ts";

const migration = (name: string, sql: string) => ({ name, sql, checksum: name.padEnd(64, "0") });

describe("migrations", () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await freshDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`DELETE FROM "_prisma_migrations"`);
  });
  afterAll(async () => {
    await client.end();
    await database.close();
  });
  const names = async () =>
    (await client.query(`SELECT migration_name FROM "_prisma_migrations" ORDER BY started_at`)).rows.map((row) => row.migration_name);

  const first = migration("1_first", "CREATE TABLE one (id int)");
  const second = migration("2_second", "CREATE TABLE two (id int)");

  test("that several processes apply at once are applied once", async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url, [first, second])));
    expect(applied.flat().sort()).toEqual(["1_first", "2_second"]);
    expect(await names()).toEqual(["1_first", "2_second"]);
  });

  test("that fail leave nothing behind and are tried again the next time", async () => {
    const broken = migration("3_broken", "CREATE TABLE three (id int); SELECT nothing");
    await expect(migrate(database.url, [first, second, broken])).rejects.toThrow(/nothing/);
    expect((await client.query("SELECT to_regclass('three') AS found")).rows[0].found).toBeNull();
    expect(await names()).toEqual(["1_first", "2_second"]);
    expect(await migrate(database.url, [first, second, migration("3_broken", "CREATE TABLE three (id int)")])).toEqual(["3_broken"]);
  });

  test("changed after they were applied are refused by name", async () => {
    await expect(migrate(database.url, [{ ...first, checksum: "f".repeat(64) }, second])).rejects.toThrow(/1_first was changed/);
  });

  test("of a newer version are refused", async () => {
    await expect(migrate(database.url, [first])).rejects.toThrow(/2_second, which this version does not know/);
  });

  test("that were begun elsewhere and never finished are refused", async () => {
    await client.query(`UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name = '2_second'`);
    await expect(migrate(database.url, [first, second])).rejects.toThrow(/2_second began once and did not finish/);
  });
});

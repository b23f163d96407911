import type { PGlite } from "@electric-sql/pglite";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "./open-database.ts";
import { type DatabaseSocket, serveDatabase } from "./socket-server.ts";

describe("many connections on one backend", () => {
  let database: PGlite;
  let socket: DatabaseSocket;
  let pool: Pool;
  const url = () => `postgresql://postgres@127.0.0.1:${socket.port}/postgres`;

  beforeAll(async () => {
    database = await openDatabase({});
    socket = await serveDatabase(database, 0);
    pool = new Pool({ connectionString: url(), max: 10 });
    await pool.query("CREATE TABLE note (id int primary key, text text)");
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await socket.close();
    await database.close();
  });

  test("parameterised queries at the same moment get their own answers", async () => {
    const asked = Array.from({ length: 300 }, (_, index) => index);
    const answers = await Promise.all(asked.map((index) => pool.query("SELECT $1::int AS value", [index])));
    expect(answers.map(({ rows }) => rows[0].value)).toEqual(asked);
  });

  test("one connection's failing query fails nobody else's", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 ? pool.query("SELECT 1 / $1::int", [0]) : pool.query("SELECT $1::int AS value", [index]),
      ),
    );
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(50);
  });

  test("statements of the same name stay apart", async () => {
    const [a, b] = await Promise.all([pool.connect(), pool.connect()]);
    const run = (client: typeof a, text: string) => client.query<{ value: number }>({ name: "same", text });
    expect((await run(a, "SELECT 1 AS value")).rows[0]?.value).toBe(1);
    expect((await run(b, "SELECT 2 AS value")).rows[0]?.value).toBe(2);
    expect((await run(a, "SELECT 1 AS value")).rows[0]?.value).toBe(1);
    a.release();
    b.release();
  });

  test("an open transaction makes others wait, and one whose client dies is rolled back", async () => {
    const dying = new Client({ connectionString: url() });
    dying.on("error", () => undefined);
    await dying.connect();
    await dying.query("BEGIN");
    await dying.query("INSERT INTO note VALUES (1, 'never')");
    const waiting = pool.query("SELECT count(*)::int AS count FROM note");
    Reflect.get(dying, "connection").stream.destroy();
    expect((await waiting).rows[0].count).toBe(0);
  });

  test("a failed transaction goes on to refuse until it is rolled back", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await expect(client.query("SELECT nothing")).rejects.toThrow();
    await expect(client.query("SELECT 1")).rejects.toThrow(/aborted/);
    await client.query("ROLLBACK");
    expect((await client.query("SELECT 1 AS one")).rows[0].one).toBe(1);
    client.release();
  });

  test("an answer of several megabytes arrives whole", async () => {
    const { rows } = await pool.query("SELECT repeat('x', 5000000) AS text");
    expect(rows[0].text).toHaveLength(5_000_000);
  });
});

import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import type { PGlite } from "@electric-sql/pglite";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "./open-database.ts";
import { type DatabaseSocket, serveDatabase } from "./socket-server.ts";
import { message, text } from "./wire.ts";

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

  test("a text that several name is kept once, and outlives who named it first", async () => {
    const text = "SELECT $1::int + 1 AS value";
    const run = (client: Client, name: string, value: number) => client.query<{ value: number }>({ name, text, values: [value] });
    const clients = Array.from({ length: 3 }, () => new Client({ connectionString: url() }));
    for (const [index, client] of clients.entries()) {
      await client.connect();
      expect((await run(client, `mine_${index}`, index)).rows[0]?.value).toBe(index + 1);
      expect((await run(client, `mine_${index}`, 7)).rows[0]?.value).toBe(8);
    }
    await clients[0]?.end();
    expect((await Promise.all(clients.slice(1).map((client, index) => run(client, `mine_${index + 1}`, 1)))).length).toBe(2);
    const { rows } = await pool.query("SELECT count(*)::int AS count FROM pg_prepared_statements WHERE statement = $1", [text]);
    expect(rows[0].count).toBe(1);
    await Promise.all(clients.slice(1).map((client) => client.end()));
  });

  test("a statement that was refused is asked for anew, by whomever", async () => {
    const run = (client: Client | typeof pool) => client.query({ name: "late", text: "SELECT text FROM later WHERE id = $1", values: [1] });
    const other = new Client({ connectionString: url() });
    await other.connect();
    await expect(run(pool)).rejects.toThrow(/later/);
    await pool.query("CREATE TABLE later (id int, text text)");
    expect((await run(other)).rows).toEqual([]);
    expect((await run(pool)).rows).toEqual([]);
    // In a transaction that has failed nothing is parsed: who comes after it must not find it named all the same.
    const text = "SELECT id FROM later WHERE text = $1";
    await other.query("BEGIN");
    await expect(other.query("SELECT 1 / $1::int", [0])).rejects.toThrow(/zero/);
    await expect(other.query({ name: "aborted", text, values: [""] })).rejects.toThrow(/aborted/);
    await other.query("ROLLBACK");
    expect((await pool.query({ name: "mine", text, values: [""] })).rows).toEqual([]);
    expect((await other.query({ name: "aborted", text, values: [""] })).rows).toEqual([]);
    await other.end();
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

  test("who has no password, or another, is not let in", async () => {
    const guarded = await serveDatabase(database, 0, "s3cret");
    const ask = async (user: string) => {
      const client = new Client({ connectionString: `postgresql://${user}@127.0.0.1:${guarded.port}/postgres` });
      client.on("error", () => undefined);
      try {
        await client.connect();
        return (await client.query("SELECT 1 AS one")).rows[0].one;
      } finally {
        await client.end();
      }
    };
    expect(await ask("postgres:s3cret")).toBe(1);
    for (const user of ["postgres:s3cre", "postgres:s3cret%00", "postgres:"]) await expect(ask(user)).rejects.toThrow();
    // Who asks without having been let in hears nothing but that.
    const socket = connect(guarded.port, "127.0.0.1");
    const query = message("Q", text("SELECT 1"));
    const startup = Buffer.concat([Buffer.from([0, 0, 0, 16, 0, 3, 0, 0]), Buffer.from("user\0p\0\0")]);
    startup.writeInt32BE(startup.length, 0);
    socket.write(Buffer.concat([startup, query, query]));
    const answer = (await buffer(socket)).toString("latin1");
    expect(answer).toContain("28P01");
    expect(answer).not.toContain("SELECT");
    await guarded.close();
  });

  test("an answer of several megabytes arrives whole", async () => {
    const { rows } = await pool.query("SELECT repeat('x', 5000000) AS text");
    expect(rows[0].text).toHaveLength(5_000_000);
  });
});

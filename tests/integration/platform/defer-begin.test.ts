import { deferBegin, openingWith } from "@opencode/prisma/defer-begin.ts";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "../../harness/test-database.ts";

const scope = (value: string) => ({ text: "SELECT set_config('app.note', $1, true)", values: [value] });

describe.each([{ keepsStatements: true }, { keepsStatements: false }])(
  "a transaction whose BEGIN waits for its first query, %o",
  (options) => {
    let pool: pg.Pool;
    let client: pg.PoolClient;
    let answers = 0;

    beforeEach(async () => {
      pool = new pg.Pool({ connectionString: (await testDatabase()).url, max: 1, pipeline: true });
      pool.on("error", () => undefined);
      client = await pool.connect();
      client.on("error", () => undefined);
      await client.query("DROP TABLE IF EXISTS note; CREATE TABLE note (text text)");
      Reflect.get(client, "connection").on("readyForQuery", () => answers++);
      deferBegin(client, options);
      answers = 0;
    });
    afterEach(async () => {
      client.release(true);
      await pool.end();
    });

    const begin = () => client.query({ text: "BEGIN", values: [] });
    const ask = (text: string, values: unknown[] = [], name = "") => client.query({ text, values, name, rowMode: "array" });
    const notes = async () => (await ask("SELECT text FROM note ORDER BY 1")).rows.flat();
    /** As the adapter does it: BEGIN, the work, COMMIT, or ROLLBACK where it fails. */
    const transact = <T>(opening: { text: string; values: string[] }, work: () => Promise<T>) =>
      openingWith(opening, async (wasTaken) => {
        await begin();
        expect(wasTaken()).toBe(true);
        try {
          const result = await work();
          await ask("COMMIT");
          return result;
        } catch (error) {
          await ask("ROLLBACK");
          throw error;
        }
      });

    test("is opened and asked in one round trip, as often as it comes", async () => {
      for (const value of ["one", "two", "three"]) {
        answers = 0;
        const { rows } = await transact(scope(value), () => ask("SELECT current_setting('app.note') || $1", ["!"], "kept"));
        expect(rows).toEqual([[`${value}!`]]);
        expect(answers).toBe(2);
      }
      expect((await ask("SELECT current_setting('app.note', true)")).rows).toEqual([[""]]);
    });

    test("keeps what it wrote, or nothing", async () => {
      await transact(scope("x"), async () => {
        await ask("INSERT INTO note VALUES ($1)", ["a"]);
        await ask("INSERT INTO note VALUES ($1)", ["b"]);
      });
      const failing = transact(scope("x"), async () => {
        await ask("INSERT INTO note VALUES ($1)", ["c"]);
        await ask("SELECT 1 / $1::int", [0]);
      });
      await expect(failing).rejects.toThrow("division by zero");
      expect(await notes()).toEqual(["a", "b"]);
    });

    test.each([
      ["is refused", { text: "SELECT 1 / $1::int", values: ["0"] }, "division by zero"],
      ["can't be read", { text: "SELECT nothing($1)", values: ["0"] }, "does not exist"],
      ["holds what no text may hold", scope("a\0b"), ""],
    ])("runs nothing where what opens it %s, not even what is asked at the same moment", async (_what, opening, message) => {
      const failing = transact(opening, () =>
        Promise.all([
          ask("INSERT INTO note VALUES ($1)", ["a"]),
          ask("INSERT INTO note VALUES ($1)", ["b"]),
          ask("INSERT INTO note VALUES ('c')"),
        ]),
      );
      await expect(failing).rejects.toThrow(message);
      expect(await notes()).toEqual([]);
      await transact(scope("x"), () => ask("INSERT INTO note VALUES ($1)", ["d"]));
      expect(await notes()).toEqual(["d"]);
    });

    test("is opened before queries of one moment, and before several statements in one text", async () => {
      const both = await transact(scope("here"), () =>
        Promise.all([ask("SELECT current_setting('app.note'), $1", ["a"]), ask("SELECT current_setting('app.note')")]),
      );
      expect(both.flatMap(({ rows }) => rows.map(([first]) => first))).toEqual(["here", "here"]);
      await transact(scope("x"), () => ask("INSERT INTO note VALUES ('a'); INSERT INTO note VALUES (current_setting('app.note'))"));
      expect(await notes()).toEqual(["a", "x"]);
    });

    test("never reaches the server without a query", async () => {
      await transact(scope("x"), async () => undefined);
      await expect(transact(scope("x"), () => Promise.reject(new Error("changed its mind")))).rejects.toThrow("changed its mind");
      expect(answers).toBe(0);
    });

    test.each([
      ["could not be parsed", "SELECT 1 FROM later WHERE 1 / $1::int > 0", 1],
      ["failed", "SELECT 1 FROM note WHERE 1 / $1::int > 0", 0],
      ["had parameters of another kind", "SELECT 1 FROM note WHERE 1 / $1::int > 0", "one"],
      ["was not reached", "SELECT 1 FROM note WHERE 1 / $1::int > 0", 1],
    ])("uses a kept statement as it should when it %s the first time", async (what, text, value) => {
      await ask("INSERT INTO note VALUES ('a')");
      const opening = what === "was not reached" ? { text: "SELECT 1 / $1::int", values: ["0"] } : scope("x");
      await expect(transact(opening, () => ask(text, [value], "kept"))).rejects.toThrow();
      await ask("CREATE TABLE later AS SELECT 1 AS id");
      for (const run of [1, 2]) {
        expect((await transact(scope("x"), () => ask(text, [1], "kept"))).rows, `${run}`).toEqual([[1]]);
        expect((await ask(text, [1], "kept")).rows, `${run}`).toEqual([[1]]);
      }
      await ask("DROP TABLE later");
    });

    test("fails with its connection, and says so", async () => {
      const cut = transact(scope("x"), () => {
        Reflect.get(client, "connection").stream.destroy();
        return ask("INSERT INTO note VALUES ($1)", ["a"]);
      });
      await expect(cut).rejects.toThrow();
    });
  },
);

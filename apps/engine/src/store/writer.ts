import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import { type Connection, isDatabaseAway } from "./connection.ts";
import { type Lease, LeaseLostError } from "./lease.ts";
import { storableJson } from "./storable-json.ts";
import { type DeletableTable, deletableTables, flushStatement, type TableName, type Tables, writtenTables } from "./tables.ts";

type RowSource<T extends TableName> = Tables[T] | (() => Tables[T]);

class Batch {
  readonly rows = new Map<TableName, Map<string, RowSource<TableName>>>();
  readonly deleted = new Map<DeletableTable, Set<string>>();
  readonly done = Promise.withResolvers<void>();
  isEmpty = true;
}

/**
 * Group commit. Changes gather in a batch; one batch is written at a time, in one statement, and the next one starts as
 * soon as it is through: under load many runs share a write, and an idle engine writes at once. While the database is
 * away the batch is tried again until it is through; its rows are upserts, so a write whose answer was lost may be repeated.
 */
export class Writer {
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #log: Logger;
  readonly #onLost: (error: unknown) => void;
  #open = new Batch();
  #writing: Batch | undefined;
  #stopped = false;
  #awaySinceMs: number | undefined;

  constructor(connection: Connection, lease: Lease, log: Logger, onLost: (error: unknown) => void) {
    this.#connection = connection;
    this.#lease = lease;
    this.#log = log;
    this.#onLost = onLost;
  }

  /** Since when (epoch ms) the database has not taken a write; undefined while all is well. */
  get awaySinceMs(): number | undefined {
    return this.#awaySinceMs;
  }

  /** Upserts a row with the next flush. A function is asked for the row when the flush begins, so that many changes are one write. */
  put<T extends TableName>(table: T, key: string, row: RowSource<T>): void {
    const batch = this.#open;
    let rows = batch.rows.get(table);
    if (!rows) {
      rows = new Map();
      batch.rows.set(table, rows);
    }
    rows.set(key, row as RowSource<TableName>);
    if (table === "items" || table === "waits" || table === "flow") batch.deleted.get(table)?.delete(key);
    batch.isEmpty = false;
  }

  /** Deletes a row with the next flush. `isStored: false` says that it was never handed to an earlier flush. */
  delete(table: DeletableTable, key: string): void {
    const batch = this.#open;
    batch.rows.get(table)?.delete(key);
    let keys = batch.deleted.get(table);
    if (!keys) {
      keys = new Set();
      batch.deleted.set(table, keys);
    }
    keys.add(key);
    batch.isEmpty = false;
  }

  /** Resolves when everything put and deleted so far is in the database. */
  flush(): Promise<void> {
    if (this.#open.isEmpty) return this.#writing?.done.promise ?? Promise.resolve();
    const { promise } = this.#open.done;
    if (!this.#writing) {
      const first = this.#open;
      this.#writing = first;
      // The rest of this turn of the event loop still joins the batch.
      setImmediate(() => void this.#run());
    }
    return promise;
  }

  /** Waits for what is under way and writes nothing more. */
  async stop(): Promise<void> {
    await this.flush();
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    for (;;) {
      const batch = this.#open;
      this.#writing = batch;
      this.#open = new Batch();
      if (batch.isEmpty) break;
      try {
        await this.#write(batch);
        batch.done.resolve();
      } catch (error) {
        this.#onLost(error);
        batch.done.promise.catch(() => undefined);
        batch.done.reject(error);
        return;
      }
    }
    this.#writing = undefined;
  }

  async #write(batch: Batch): Promise<void> {
    const values: unknown[] = [this.#lease.holder, this.#lease.epoch];
    for (const table of writtenTables) {
      const rows = [...(batch.rows.get(table)?.values() ?? [])].map((row) => (typeof row === "function" ? row() : row));
      values.push(rows.length === 0 ? "[]" : storableJson(rows));
    }
    for (const table of deletableTables) values.push([...(batch.deleted.get(table) ?? [])]);
    let delayMs: number = limits.database.retryMinMs;
    for (;;) {
      try {
        await this.#connection.query(flushStatement, values, "engine-flush");
        if (this.#awaySinceMs !== undefined) this.#log.info({ awayMs: Date.now() - this.#awaySinceMs }, "the database is back");
        this.#awaySinceMs = undefined;
        return;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "22012") throw new LeaseLostError();
        if (!isDatabaseAway(error) || this.#stopped) throw error;
        if (this.#awaySinceMs === undefined) this.#log.warn({ err: error }, "the database does not answer; writes wait for it");
        this.#awaySinceMs ??= Date.now();
        await sleep(delayMs);
        delayMs = Math.min(limits.database.retryMaxMs, delayMs * 2);
      }
    }
  }
}

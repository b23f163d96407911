import pg from "pg";
import { limits } from "../limits.ts";

/** bigint columns hold epoch milliseconds and counts, which a JavaScript number holds exactly. */
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8 ? (value: string) => Number(value) : pg.types.getTypeParser(oid, format as "text"),
} as pg.CustomTypesConfig;

export type Row = Record<string, unknown>;

/** Errors after which the same statement can be tried again on a new connection: the database was away, not the statement wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(08|57P|53|25P03|XX000|40)/.test(code) || /^E[A-Z]+$/.test(code)) return true;
  const message = error instanceof Error ? error.message : String(error);
  return /terminat|timeout|closed|not queryable|Connection|ECONN/i.test(message);
}

/** One lazily opened connection that opens anew after it broke. Statements are queued by the driver. */
export class Connection {
  readonly #url: string;
  #client: pg.Client | undefined;
  #opening: Promise<pg.Client> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async query<R extends Row = Row>(text: string, values: unknown[] = [], name?: string): Promise<R[]> {
    const client = await this.#open();
    try {
      const result = await client.query<R>({ text, values, ...(name === undefined ? {} : { name }) });
      return result.rows;
    } catch (error) {
      if (isDatabaseAway(error)) this.#drop(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #open(): Promise<pg.Client> {
    if (this.#client) return Promise.resolve(this.#client);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: limits.database.connectTimeoutMs,
      query_timeout: limits.database.statementTimeoutMs,
      keepAlive: true,
      application_name: "opencode-engine",
      types,
    });
    client.on("error", () => this.#drop(client));
    client.on("end", () => this.#drop(client));
    await client.connect();
    this.#client = client;
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.end().catch(() => undefined);
  }
}

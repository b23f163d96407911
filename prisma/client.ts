import { AsyncLocalStorage } from "node:async_hooks";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "./generated/client.ts";
import { nameStatements } from "./name-statements.ts";

export type Tx = Prisma.TransactionClient;
export { Prisma, PrismaClient };

/** A statement that goes to the database in one message with a transaction's BEGIN. */
interface Opening {
  readonly sql: string;
  isSent: boolean;
}
const openings = new AsyncLocalStorage<Opening>();

/**
 * Runs work that begins one transaction, and has `sql` (text, without parameters) go along with its BEGIN: one round
 * trip less for each. `wasSent` says within the transaction whether it did; if not, the caller has to send it.
 */
export function openingWith<T>(sql: string, begin: (wasSent: () => boolean) => Promise<T>): Promise<T> {
  const opening: Opening = { sql, isSent: false };
  return openings.run(opening, () => begin(() => opening.isSent));
}

/** A client on its own pool. `poolSize` connections at most; ten seconds to get one. `keepsStatements`: see `nameStatements`. */
export function createClient(options: { url: string; poolSize: number; keepsStatements: boolean }): PrismaClient {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  pool.on("connect", (client) => {
    sendOpenings(client);
    // What was under way hears of a lost connection by its own answer; one that is lost between two owners would end the process.
    client.on("error", () => undefined);
  });
  return new PrismaClient({
    adapter: new PrismaPg(pool, {
      onPoolError: () => undefined,
      disposeExternalPool: true,
      ...(options.keepsStatements ? { statementNameGenerator: nameStatements() } : {}),
    }),
  });
}

function sendOpenings(client: pg.PoolClient): void {
  const send = client.query.bind(client);
  Object.assign(client, { query: (query: unknown, ...rest: unknown[]) => Reflect.apply(send, client, [withOpening(query), ...rest]) });
}

function withOpening(query: unknown): unknown {
  const opening = openings.getStore();
  if (!opening || opening.isSent || !isBegin(query)) return query;
  opening.isSent = true;
  return { ...query, text: `BEGIN; ${opening.sql}` };
}

function isBegin(query: unknown): query is { text: string } {
  return typeof query === "object" && query !== null && "text" in query && query.text === "BEGIN";
}

import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { deferBegin } from "./defer-begin.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";
import { nameStatements } from "./name-statements.ts";

export type Tx = Prisma.TransactionClient;
export { openingWith } from "./defer-begin.ts";
export { Prisma, PrismaClient };

/** A client on its own pool. `poolSize` connections at most; ten seconds to get one. `keepsStatements`: see `nameStatements`. */
export function createClient(options: { url: string; poolSize: number; keepsStatements: boolean }): PrismaClient {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // What is asked at the same moment goes out at once; Postgres answers in order.
    pipeline: true,
  });
  pool.on("connect", (client) => {
    deferBegin(client, options);
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

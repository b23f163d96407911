import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "./generated/client.ts";

export type Tx = Prisma.TransactionClient;
export { Prisma, PrismaClient };

/** A client on its own pool. `poolSize` connections at most; ten seconds to get one. */
export function createClient(options: { url: string; poolSize: number }): PrismaClient {
  const adapter = new PrismaPg(
    { connectionString: options.url, max: options.poolSize, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, keepAlive: true },
    { onPoolError: () => undefined },
  );
  return new PrismaClient({ adapter });
}

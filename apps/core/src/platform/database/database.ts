import { createClient, openingWith, type PrismaClient, type Tx } from "@opencode/prisma/client.ts";
import { env } from "../env.ts";
import type { WorkspaceId } from "../ids.ts";

export type { Tx } from "@opencode/prisma/client.ts";
export { Prisma } from "@opencode/prisma/client.ts";

// Next's hot reload loads this module again; the pool must stay one.
const holder = globalThis as { __opencodeDatabase?: PrismaClient };

function database(): PrismaClient {
  holder.__opencodeDatabase ??= createClient({
    url: env().DATABASE_URL,
    poolSize: env().DATABASE_POOL_SIZE,
    keepsStatements: env().DATABASE_PREPARED_STATEMENTS,
  });
  return holder.__opencodeDatabase;
}

const scope = "SELECT set_config('role', 'app_user', true), set_config('app.workspace_id', $1, true)";
const transactionOptions = { maxWait: 15_000, timeout: 15_000 };

/**
 * One transaction as the role `app_user`, which sees only this workspace's rows (row-level security).
 * Keep it short: no model call, sandbox call or network inside, and never another connection
 * (the embedded database has one backend: it would wait for itself).
 */
export async function withTenant<T>(workspaceId: WorkspaceId, work: (tx: Tx) => Promise<T>): Promise<T> {
  return openingWith({ text: scope, values: [workspaceId] }, (wasTaken) =>
    database().$transaction(async (tx) => {
      // Whatever a new version of the driver does: without its tenant no transaction goes on.
      if (!wasTaken()) await tx.$queryRawUnsafe(scope, workspaceId);
      return work(tx);
    }, transactionOptions),
  );
}

/**
 * One transaction that sees every tenant. For sign-in, dispatch, reapers and administration only;
 * `reason` says why no single tenant will do, and stands in the code where it is reviewed.
 */
export async function dangerouslyAcrossTenants<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (reason.length < 10) throw new Error("dangerouslyAcrossTenants needs a reason");
  return database().$transaction(work, transactionOptions);
}

/** For the sign-in adapter alone, which brings its own queries on global tables. */
export function dangerouslyUnscopedClient(): PrismaClient {
  return database();
}

/** Answers when the database does; throws what the driver threw. */
export async function pingDatabase(): Promise<void> {
  await database().$queryRaw`SELECT 1`;
}

export async function closeDatabase(): Promise<void> {
  await holder.__opencodeDatabase?.$disconnect();
  delete holder.__opencodeDatabase;
}

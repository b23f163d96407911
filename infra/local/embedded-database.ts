/**
 * The embedded database as a process of its own: PGlite with pgvector on a socket of 127.0.0.1.
 * Arguments: the data directory and the port; who connects needs the password that DATABASE_URL names, if it names one. Says "ready" to its parent; SIGTERM closes it in order.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "./database/open-database.ts";
import { serveDatabase } from "./database/socket-server.ts";
import { type OwnerLock, takeOwnerLock } from "./owner-lock.ts";

/** A database whose supervisor was killed needs a moment to notice and to close. */
const waitForOwnerMs = 5_000;

async function lockDirectory(directory: string): Promise<OwnerLock> {
  const deadline = performance.now() + waitForOwnerMs;
  for (;;) {
    const taken = takeOwnerLock(`${directory}.lock`);
    if (taken.ok) return taken.lock;
    if (performance.now() > deadline) {
      throw new Error(`The database in ${directory} is in use by process ${taken.ownerPid}. Stop that one first.`);
    }
    await sleep(50);
  }
}

/** The password in an address; null when there is none. */
function passwordIn(url: string | undefined): string | null {
  return decodeURIComponent((url && URL.parse(url)?.password) || "") || null;
}

async function main(): Promise<void> {
  const [dataDirectory, port] = process.argv.slice(2);
  if (!dataDirectory || !port) throw new Error("usage: embedded-database.ts <data directory> <port>");
  const directory = join(dataDirectory, "database");
  mkdirSync(dataDirectory, { recursive: true });
  const lock = await lockDirectory(directory);
  const database = await openDatabase({ directory });
  const socket = await serveDatabase(database, Number(port), passwordIn(process.env.DATABASE_URL));

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await socket.close();
    await database.close();
    lock.release();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.send?.("ready");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

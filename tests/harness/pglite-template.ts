import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { migrate, readMigrations } from "@opencode/prisma/migrate.ts";
import { openDatabase } from "../../infra/local/database/open-database.ts";
import { serveDatabase } from "../../infra/local/database/socket-server.ts";

const cacheDirectory = join(import.meta.dirname, "../../node_modules/.cache/opencode");

/** A migrated PGlite data directory as one file, made once per set of migrations. Answers its path. */
export async function preparePgliteTemplate(): Promise<string> {
  const migrations = await readMigrations();
  const hash = createHash("sha256")
    .update(migrations.map((migration) => migration.name + migration.checksum).join())
    .digest("hex");
  const file = join(cacheDirectory, `pglite-${hash.slice(0, 16)}.tar`);
  if (existsSync(file)) return file;

  const database = await openDatabase({});
  try {
    const socket = await serveDatabase(database, 0);
    await migrate(`postgresql://postgres@127.0.0.1:${socket.port}/postgres`, migrations);
    await socket.close();
    const dump = await database.dumpDataDir("none");
    await mkdir(dirname(file), { recursive: true });
    // Written beside and renamed: another run never reads half a template.
    const partial = `${file}.${process.pid}`;
    await writeFile(partial, Buffer.from(await dump.arrayBuffer()));
    await rename(partial, file);
  } finally {
    await database.close();
  }
  return file;
}

import "../harness/setup/environment.ts";
import { openAsBlob } from "node:fs";
import { openDatabase } from "../../infra/local/database/open-database.ts";
import { serveDatabase } from "../../infra/local/database/socket-server.ts";
import { preparePgliteTemplate } from "../harness/pglite-template.ts";

/**
 * Sandboxes as a session has them, through openSandbox with its rows on the embedded database: creation to the first result,
 * file reads, `true`, waking up; many at once; what is left after many. `--quick` takes a tenth; `bubblewrap` or `docker`
 * measures one driver alone.
 */
export async function run({ args }: { args: string[] }): Promise<Record<string, unknown>> {
  const database = await openDatabase({ template: await openAsBlob(await preparePgliteTemplate()) });
  const socket = await serveDatabase(database, 0);
  process.env.DATABASE_URL = `postgresql://postgres@127.0.0.1:${socket.port}/postgres`;
  process.env.DATABASE_EMBEDDED = "true";
  // Core reads its environment when it is imported: now it is complete.
  const { measureSandboxes } = await import("./parts/sandbox/measure.ts");
  const { closeDatabase } = await import("@opencode/core/platform/database/database.ts");
  try {
    return await measureSandboxes(args);
  } finally {
    await closeDatabase();
    await socket.close();
    await database.close();
  }
}

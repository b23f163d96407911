import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../infra/local/free-port.ts";

/**
 * A data directory and a worker's address of this test file's own. To be called in `vi.hoisted`: the environment is read once,
 * and nothing of the product may be imported before it.
 */
export async function ownWorkerEnvironment(name: string, preferredPort?: number): Promise<{ dataDirectory: string; workerPort: number }> {
  const dataDirectory = mkdtempSync(join(tmpdir(), `${name}-`));
  const workerPort = await freePort(preferredPort);
  Object.assign(process.env, { DATA_DIR: dataDirectory, WORKER_INTERNAL_URL: `http://127.0.0.1:${workerPort}` });
  return { dataDirectory, workerPort };
}

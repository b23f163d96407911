import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestProduct } from "../harness/start-product.ts";

/**
 * How long `npm start` takes until everything is healthy, on a built clone: without data (`coldStartMs`, with the
 * database made and migrated and the first workspace seeded) and again on that data (`secondStartMs`, best of three).
 */
export async function run(): Promise<Record<string, unknown>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "opencode-bench-start-"));
  try {
    const times: number[] = [];
    for (let start = 0; start < 4; start++) {
      const product = await startTestProduct({ dataDirectory });
      times.push(product.startedInMs);
      await product.stop();
    }
    const [coldStartMs = 0, ...second] = times;
    return { secondStartMs: Math.round(Math.min(...second)), coldStartMs: Math.round(coldStartMs) };
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

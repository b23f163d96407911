import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readHealth } from "./health.ts";

const runningSchema = z.object({
  pid: z.number(),
  url: z.string(),
  webPort: z.number(),
  /** process numbers by name, of the processes as they were when the product became ready */
  pids: z.record(z.string(), z.number().nullable()),
  /** what a process of the product needs to join in; the file is readable by its owner only */
  env: z.record(z.string(), z.string()),
});
export type RunningProduct = z.infer<typeof runningSchema>;

/** Where a supervisor writes down what it has started. */
export function runningFile(dataDirectory: string): string {
  return join(dataDirectory, "running.json");
}

/** The product that runs on this data directory, if one does and answers. */
export async function findRunningProduct(dataDirectory: string): Promise<RunningProduct | null> {
  try {
    const running = runningSchema.parse(JSON.parse(readFileSync(runningFile(dataDirectory), "utf8")));
    return (await readHealth(`http://localhost:${running.webPort}`)) === null ? null : running;
  } catch {
    return null;
  }
}

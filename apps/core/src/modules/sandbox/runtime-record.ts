import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { startedTicks } from "../../platform/process-identity.ts";
import { sandboxDriverSchema } from "./contract.ts";
import type { SandboxPlace } from "./driver.ts";

/** What only the host knows of a running sandbox. Lies beside the workspace, never inside the sandbox. */
const runtimeRecordSchema = z.object({
  driver: sandboxDriverSchema,
  secret: z.string().min(32),
  /** the launcher and the time of its start in clock ticks: a process id alone may have been given to somebody else */
  process: z.object({ pid: z.number().int().positive(), startedTicks: z.string() }).nullable(),
  /** what it was started with, for drivers that start something beside it later */
  started: z.object({ image: z.string().nullable(), limits: z.record(z.string(), z.number()) }).exactOptional(),
});
export type RuntimeRecord = z.infer<typeof runtimeRecordSchema>;

export async function readRecord(place: SandboxPlace): Promise<RuntimeRecord | null> {
  const text = await readFile(place.record, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return runtimeRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeRecord(place: SandboxPlace, record: RuntimeRecord): Promise<void> {
  const temporary = `${place.record}.${randomUUID()}`; // two workers may start a companion at the same time
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  await rename(temporary, place.record);
}

export async function removeRecord(place: SandboxPlace): Promise<void> {
  await rm(place.record, { force: true });
}

export function isAlive(process: RuntimeRecord["process"]): boolean {
  return process !== null && startedTicks(process.pid) === process.startedTicks;
}

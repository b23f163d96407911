import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { asDiskFull } from "./disk-full.ts";

/** Others may be reading it right now: it is written only when it is another, and then at once. */
export async function keepFile(path: string, content: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => null)) === content) return;
  const part = `${path}.${randomUUID()}`;
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw asDiskFull(error) ?? error;
  }
}

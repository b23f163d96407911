import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../../platform/limits.ts";
import { dataDirectory } from "./data-paths.ts";

/** Removes what is left of uploads whose process died before they were whole: nothing has been added for an hour. */
export async function removeHalfUploads(now: Date): Promise<void> {
  const directory = dataDirectory("uploads");
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.endsWith(".part")) continue;
    const part = join(directory, name);
    const found = await stat(part).catch(() => null);
    if (found && now.getTime() - found.mtimeMs > limits.repository.leftoverGraceMs) await rm(part, { force: true });
  }
}

import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes the oldest kept outputs until at most `maxBytes` are left: many long outputs must not fill the disk either. */
export function pruneOutputs(directory: string, maxBytes: number): void {
  const files = readdirSync(directory).flatMap((name) => {
    const stats = lstatSync(join(directory, name), { throwIfNoEntry: false });
    return stats ? [{ name, bytes: stats.size, at: stats.mtimeMs }] : [];
  });
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of files.sort((a, b) => a.at - b.at)) {
    if (total <= maxBytes) return;
    try {
      rmSync(join(directory, name), { recursive: true, force: true }); // also what a command has put there
      total -= bytes;
    } catch {
      // it stays, and counts
    }
  }
}

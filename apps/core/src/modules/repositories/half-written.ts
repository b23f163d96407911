import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Removes the objects and packs that a git was writing when it was killed or the disk was full: git leaves them lying. For whoever is alone with the directory. */
export async function removeHalfWritten(gitDir: string): Promise<void> {
  const objects = join(gitDir, "objects");
  const names = await readdir(objects).catch(() => []);
  for (const directory of names.filter((name) => /^([0-9a-f]{2}|pack)$/.test(name))) {
    const below = await readdir(join(objects, directory));
    for (const name of below) if (name.startsWith("tmp_")) await rm(join(objects, directory, name), { force: true });
  }
}

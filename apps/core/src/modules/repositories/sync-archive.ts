import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../platform/errors.ts";
import { importArchive } from "./archive/import-archive.ts";
import { uploadPath } from "./data-paths.ts";
import { DiskFull } from "./disk-full.ts";
import { runGit } from "./git.ts";
import type { RepositoryKey } from "./repo.ts";
import { initMirror, removeLeftovers } from "./sync-mirror.ts";

/** Takes in the archive that was uploaded last, when one waits; otherwise what is there stays as it is. */
export async function syncArchive(mirror: string, { repositoryId }: RepositoryKey): Promise<void> {
  const file = uploadPath(repositoryId);
  if (!existsSync(file)) {
    if (existsSync(join(mirror, "HEAD"))) return;
    throw new AppError("UNPROCESSABLE", "The uploaded archive is not on this machine any more. Upload it again.");
  }
  await initMirror(mirror);
  await removeLeftovers(mirror);
  try {
    await importArchive(mirror, file, "Uploaded archive");
    await runGit(["symbolic-ref", "HEAD", "refs/heads/main"], { gitDir: mirror });
    await rm(file, { force: true });
  } catch (error) {
    // Half an archive fills the disk for nothing.
    await removeLeftovers(mirror);
    // What can't be taken in is not tried again and again; for what found no room there is no other copy.
    if (error instanceof AppError && !(error instanceof DiskFull)) await rm(file, { force: true });
    throw error;
  }
}

import { join, resolve } from "node:path";
import { env } from "../../platform/env.ts";
import type { RepositoryId, SessionId } from "../../platform/ids.ts";

/** The worker's bare copy of a repository. */
export function mirrorPath(repositoryId: RepositoryId): string {
  return join(resolve(env().DATA_DIR), "mirrors", `${repositoryId}.git`);
}

/** A session's own object store and index, out of every sandbox's reach. */
export function snapshotPath(sessionId: SessionId): string {
  return join(resolve(env().DATA_DIR), "snapshots", `${sessionId}.git`);
}

/** An uploaded archive that waits for the worker. */
export function uploadPath(repositoryId: RepositoryId): string {
  return join(resolve(env().DATA_DIR), "uploads", `${repositoryId}.archive`);
}

import { join, resolve } from "node:path";
import { env } from "../../platform/env.ts";
import type { RepositoryId, SessionId } from "../../platform/ids.ts";

/** What this machine keeps of repositories and their sessions. */
export function dataDirectory(name: "mirrors" | "snapshots" | "uploads"): string {
  return join(resolve(env().DATA_DIR), name);
}

/** The worker's bare copy of a repository. */
export function mirrorPath(repositoryId: RepositoryId): string {
  return join(dataDirectory("mirrors"), `${repositoryId}.git`);
}

/** A session's own object store and index, out of every sandbox's reach. */
export function snapshotPath(sessionId: SessionId): string {
  return join(dataDirectory("snapshots"), `${sessionId}.git`);
}

/** An uploaded archive that waits for the worker. */
export function uploadPath(repositoryId: RepositoryId): string {
  return join(dataDirectory("uploads"), `${repositoryId}.archive`);
}

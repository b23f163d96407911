import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { mirrorPath, snapshotPath } from "./data-paths.ts";
import type { GitRun } from "./git.ts";
import type { RepositoryKey } from "./repo.ts";

/** A state of the files: a snapshot's tree or a commit, of a session or of the repository itself. */
export interface TreeSource extends RepositoryKey {
  readonly sessionId?: SessionId;
  readonly tree: string;
}

/** How git reads the source; UNAVAILABLE where neither the session's store nor the mirror is on this machine. */
export function treeRun({ repositoryId, sessionId, tree }: TreeSource): GitRun {
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new AppError("BAD_REQUEST", "This is no state of the files.");
  const own = sessionId && snapshotPath(sessionId);
  const gitDir = own && existsSync(join(own, "HEAD")) ? own : mirrorPath(repositoryId);
  if (!existsSync(join(gitDir, "HEAD")))
    throw new AppError("UNAVAILABLE", "The files are not on this machine. They are shown where the worker of this session runs.");
  return { gitDir, cwd: gitDir, timeoutMs: 60_000, environment: { GIT_LITERAL_PATHSPECS: "1" } };
}

/** A path below the tree, without a slash at its end; "" is the tree itself. BAD_REQUEST for one that leads out. */
export function checkTreePath(path: string): string {
  const clean = path.replace(/^\.?\/+/, "").replace(/\/+$/, "");
  const isBad =
    path.startsWith("/") || path.includes("\0") || clean.split("/").some((part) => part === ".." || part === "." || part === "");
  if (clean !== "" && isBad)
    throw new AppError("BAD_REQUEST", "The path leads out of the repository, or is none. Give a path below its root.");
  if (path.startsWith("/")) throw new AppError("BAD_REQUEST", "Give a path below the repository's root.");
  return clean;
}

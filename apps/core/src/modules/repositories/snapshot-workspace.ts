import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { addFiles, joinNul } from "./add-files.ts";
import { isDotGit } from "./archive/archive-entry.ts";
import type { Diff } from "./contract.ts";
import { exclusive } from "./exclusive.ts";
import { GitError, type GitRun, gitLine, runGit } from "./git.ts";
import { removeHalfWritten } from "./half-written.ts";
import type { RepositoryKey } from "./repo.ts";
import { openSessionStore, workTreeRun } from "./session-store.ts";
import { WrittenTrees } from "./written-trees.ts";

const { snapshotFileMaxBytes, snapshotMaxBytes, snapshotMaxFiles } = limits.repository;

const writtenTrees = new WrittenTrees();

export interface WorkspaceSnapshot {
  /** the private git directory that holds the tree */
  readonly store: string;
  readonly treeId: string;
  /** changed paths that were left out, and why */
  readonly omitted: NonNullable<Diff["omitted"]>;
}

/**
 * Writes the work tree's state as a git tree into the session's private store: tracked files as they are, new ones
 * unless ignored. The directory is hostile: only plumbing that neither runs nor follows anything in it is used
 * (`git add` and `git status` would start git inside nested repositories, under their own configuration).
 */
export async function snapshotWorkspace(
  request: RepositoryKey & { sessionId: SessionId; directory: string; baseCommit: string },
): Promise<WorkspaceSnapshot> {
  const store = await openSessionStore(request);
  return exclusive(store, async () => {
    const run = workTreeRun(store, request.directory);
    // Whoever held it is gone: we are alone here.
    await rm(`${run.indexFile}.lock`, { force: true });
    const take = (keepIndex: boolean) =>
      takeSnapshot(run, request.baseCommit, keepIndex).catch(async (error: unknown) => {
        // Each try on a full disk would leave another one.
        await removeHalfWritten(store);
        throw error;
      });
    try {
      return { store, ...(await take(true)) };
    } catch (error) {
      if (!(error instanceof GitError) || error.reason !== "exit") throw error;
      // A file that changed its kind between look and read, or a damaged index: once more from the base.
      return { store, ...(await take(false)) };
    }
  });
}

async function takeSnapshot(run: GitRun, baseCommit: string, keepIndex: boolean): Promise<Omit<WorkspaceSnapshot, "store">> {
  const indexThere = run.indexFile !== undefined && (await lstat(run.indexFile).catch(() => null)) !== null;
  if (!keepIndex || !indexThere) {
    if (run.indexFile) await rm(run.indexFile, { force: true });
    await runGit(["read-tree", baseCommit], run);
  }
  const { changed, gone } = parseDiffFiles(await runGit(["diff-files", "--raw", "-z", "--ignore-submodules=all"], run));
  const untracked = splitNul(await runGit(["ls-files", "-z", "--others", "--exclude-standard"], run));
  const { taken, omitted } = await selectFiles(run.workTree ?? "", [...changed, ...untracked]);
  const written = taken.length === 0 && gone.length === 0 ? await writtenTrees.find(run) : null;
  if (written !== null) return { treeId: written, omitted };
  if (gone.length > 0) await runGit(["update-index", "-z", "--force-remove", "--stdin"], { ...run, input: joinNul(gone) });
  for (const path of await addFiles(run, taken)) {
    const isThere = await lstat(bytesOf(run.workTree ?? "", path)).then(
      () => true,
      () => false,
    );
    if (isThere) omitted.push({ path: asText(path), reason: "special" });
  }
  const treeId = await gitLine(["write-tree"], run);
  await writtenTrees.note(run, treeId);
  return { treeId, omitted };
}

function splitNul(output: Buffer): string[] {
  return output
    .toString("latin1")
    .split("\0")
    .filter((path) => path !== "");
}

function parseDiffFiles(output: Buffer): { changed: string[]; gone: string[] } {
  const changed: string[] = [];
  const gone: string[] = [];
  const tokens = splitNul(output);
  for (let index = 0; index + 1 < tokens.length; index += 2) {
    const status = tokens[index]?.split(" ")[4];
    const path = tokens[index + 1] ?? "";
    (status === "D" ? gone : changed).push(path);
  }
  return { changed, gone };
}

const asText = (rawPath: string) => Buffer.from(rawPath, "latin1").toString("utf8");
const looksAtOnce = 64;
const bytesOf = (directory: string, rawPath: string) => Buffer.concat([Buffer.from(join(directory, "/")), Buffer.from(rawPath, "latin1")]);

/** Regular files and symbolic links within the caps; what is left out keeps the state that the index knows. */
async function selectFiles(
  directory: string,
  paths: readonly string[],
): Promise<{ taken: string[]; omitted: NonNullable<Diff["omitted"]> }> {
  const taken: string[] = [];
  const omitted: NonNullable<Diff["omitted"]> = [];
  let totalBytes = 0;
  for (let start = 0; start < paths.length; start += looksAtOnce) {
    const some = paths.slice(start, start + looksAtOnce);
    const stats = await Promise.all(some.map((path) => lstat(bytesOf(directory, path)).catch(() => null)));
    for (const [index, path] of some.entries()) {
      const found = stats[index];
      const leaveOut = (reason: NonNullable<Diff["omitted"]>[number]["reason"]) => omitted.push({ path: asText(path), reason });
      // git passes them over without a word.
      if (asText(path).split("/").some(isDotGit)) leaveOut("special");
      else if (path.endsWith("/") || found?.isDirectory()) leaveOut("repository");
      else if (!found) continue;
      else if (!found.isFile() && !found.isSymbolicLink()) leaveOut("special");
      else if (found.size > snapshotFileMaxBytes) leaveOut("too-large");
      else if (taken.length >= snapshotMaxFiles || totalBytes + found.size > snapshotMaxBytes) leaveOut("too-many");
      else {
        taken.push(path);
        totalBytes += found.size;
      }
    }
  }
  return { taken, omitted: omitted.slice(0, 1_000) };
}

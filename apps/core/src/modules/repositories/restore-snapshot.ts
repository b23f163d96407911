import { rm } from "node:fs/promises";
import { join } from "node:path";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import { type Checkout, checkout } from "./checkout.ts";
import { exclusive } from "./exclusive.ts";
import { gitLine, runGit } from "./git.ts";
import { findSessionDiff, type RepositoryKey } from "./repo.ts";
import { readDiff } from "./session-diff.ts";
import { type CheckoutRecord, openSessionStore, workTreeRun } from "./session-store.ts";

type Request = RepositoryKey & { readonly sessionId: SessionId };

/**
 * Fills a new directory with the session's work as it was last recorded, or as of `treeId`: its base commit checked out,
 * then exactly the snapshot's tree (also what was deleted, modes, links). Without a snapshot it is `checkout`. The
 * directory must be one that nothing in a sandbox can reach yet. `treeId` in the answer is what lies there; null: the base.
 */
export async function restoreSnapshot(
  request: Request & { directory: string; treeId?: string; recorded?: CheckoutRecord | null },
): Promise<Checkout & { readonly treeId: string | null }> {
  const base = await checkout(request);
  const newest = request.treeId ?? (await withTenant(request.workspaceId, (tx) => findSessionDiff(tx, request)))?.treeId ?? null;
  if (newest === null) return { ...base, treeId: null };
  const treeId = await requireTree(request, base.baseCommit, newest);
  const store = await openSessionStore(request);
  await layTree(store, request.directory, base.baseCommit, treeId);
  return { ...base, treeId };
}

/** Makes a directory of a checked-out base hold exactly the tree; for one that no sandbox can reach yet. */
export async function layTree(store: string, directory: string, baseCommit: string, treeId: string): Promise<void> {
  await exclusive(store, async () => {
    const run = { ...workTreeRun(store, directory), timeoutMs: 300_000 };
    await rm(`${run.indexFile}.lock`, { force: true });
    if (run.indexFile) await rm(run.indexFile, { force: true });
    await runGit(["read-tree", baseCommit], run);
    await runGit(["read-tree", "--reset", "-u", "--no-recurse-submodules", treeId], run);
  });
}

/**
 * Makes sure that a tree of the session lies in its private store: the newest one is put together from the stored patch
 * where the store was lost. Answers the tree; UNPROCESSABLE when it can't be had any more.
 */
export async function requireTree(request: Request, baseCommit: string, treeId: string): Promise<string> {
  const store = await openSessionStore(request);
  if (await hasTree(store, treeId)) return treeId;
  const gone = new AppError("UNPROCESSABLE", "This snapshot of the files is not on this machine any more. Take a newer one.");
  const stored = await withTenant(request.workspaceId, (tx) => readDiff(tx, request));
  if (!stored || stored.diff.treeId !== treeId) throw gone;
  const rebuilt = await exclusive(store, () => applyPatch(store, baseCommit, stored.patch));
  if (rebuilt !== treeId) {
    const omitted = stored.diff.omitted?.map((entry) => entry.path).slice(0, 20);
    logger.warn({ sessionId: request.sessionId, omitted }, "repositories: a snapshot was restored without the files that no patch holds");
  }
  return rebuilt;
}

async function hasTree(gitDir: string, treeId: string): Promise<boolean> {
  return runGit(["cat-file", "-e", `${treeId}^{tree}`], { gitDir }).then(
    () => true,
    () => false,
  );
}

/** Those of the trees that lie in a private git directory, in one look. */
export async function treesIn(gitDir: string, treeIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (treeIds.length === 0) return new Set();
  const input = treeIds.map((tree) => `${tree}^{tree}\n`).join("");
  const told = (await gitLine(["cat-file", "--batch-check"], { gitDir, input })).split("\n");
  return new Set(treeIds.filter((_, index) => / tree \d+$/.test(told[index] ?? "")));
}

async function applyPatch(store: string, baseCommit: string, patch: string): Promise<string> {
  const run = { gitDir: store, cwd: store, indexFile: join(store, "restore.index"), timeoutMs: 120_000 };
  await rm(run.indexFile, { force: true });
  try {
    await runGit(["read-tree", baseCommit], run);
    if (patch !== "") await runGit(["apply", "--cached", "--whitespace=nowarn", "-"], { ...run, input: patch });
    return await gitLine(["write-tree"], run);
  } finally {
    await rm(run.indexFile, { force: true });
  }
}

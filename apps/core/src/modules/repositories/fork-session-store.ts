import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { branchOf } from "./checkout.ts";
import { mirrorPath, snapshotPath } from "./data-paths.ts";
import { diffTrees } from "./diff-workspace.ts";
import { exclusive } from "./exclusive.ts";
import { gitLine, runGit } from "./git.ts";
import type { RepositoryKey } from "./repo.ts";
import { requireTree, treesIn } from "./restore-snapshot.ts";
import { type PackedDiff, packDiff } from "./session-diff.ts";
import { openSessionStore, writeCheckout } from "./session-store.ts";

/**
 * Prepares the private store of a session that goes on from a snapshot of another one: its snapshots (what the base has is
 * borrowed, so only what was changed is copied), its base and its own branch. The workspace is made from it when it is first
 * needed. Answers the new session's diff. UNPROCESSABLE when the snapshot is gone.
 */
export async function forkSessionStore(
  request: RepositoryKey & {
    readonly from: SessionId;
    readonly sessionId: SessionId;
    readonly baseCommit: string;
    /** the state to go on from; null: the base */
    readonly treeId: string | null;
    /** earlier snapshots, so that the new session can be reverted to them */
    readonly earlier: readonly string[];
  },
): Promise<{ branch: string; diff: PackedDiff | null }> {
  const { repositoryId, from, sessionId, baseCommit, treeId } = request;
  if (!existsSync(join(snapshotPath(from), "HEAD")) && !existsSync(mirrorPath(repositoryId)))
    throw new AppError("UNAVAILABLE", "The files of this session are not on this machine. Fork it where its worker runs.");
  const source = await openSessionStore({ ...request, sessionId: from });
  const store = await openSessionStore(request);
  const newest = treeId && (await requireTree({ ...request, sessionId: from }, baseCommit, treeId));
  const trees = newest === null ? [] : [newest];
  trees.push(...(await treesIn(source, [...new Set(request.earlier)])));
  if (trees.length > 0) {
    const input = [...trees, "--not", baseCommit, ""].join("\n");
    const pack = await runGit(["pack-objects", "--quiet", "--stdout", "--revs", "--thin"], {
      gitDir: source,
      input,
      maxOutputBytes: 1024 ** 3,
      isLarge: true,
    });
    await runGit(["unpack-objects", "-q"], { gitDir: store, input: pack, isLarge: true });
  }
  const branch = branchOf(sessionId);
  const mirror = mirrorPath(repositoryId);
  await exclusive(mirror, () => runGit(["update-ref", `refs/opencode/sessions/${sessionId}`, baseCommit], { gitDir: mirror }));
  await writeCheckout(sessionId, { baseCommit, branch });
  return { branch, diff: newest === null ? null : await packDiff(await describeTree(store, baseCommit, newest)) };
}

/** What a snapshot differs from its base in, as it is stored with a session. */
async function describeTree(store: string, baseCommit: string, tree: string) {
  const treeId = await gitLine(["rev-parse", "--verify", `${tree}^{tree}`], { gitDir: store });
  const { files, patch, tooLong } = await diffTrees(store, baseCommit, treeId);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  const omitted = tooLong.map((path) => ({ path, reason: "too-large" as const }));
  return { patch, diff: { baseCommit, treeId, files, additions, deletions, ...(omitted.length > 0 ? { omitted } : {}) } };
}

import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { diffTrees } from "./diff-workspace.ts";
import { findSessionDiff, type RepositoryKey } from "./repo.ts";
import { requireTree, treesIn } from "./restore-snapshot.ts";
import { openSessionStore } from "./session-store.ts";
import { snapshotWorkspace } from "./snapshot-workspace.ts";
import { changedPaths, composeTree } from "./tree-changes.ts";

export interface TreeRevertRequest extends RepositoryKey {
  readonly sessionId: SessionId;
  readonly baseCommit: string;
  /** the live workspace; null when there is none: the newest snapshot counts then */
  readonly directory: string | null;
  /** the snapshots of the steps to undo, oldest first, and before them the one to go back to (null: the base); null: undo nothing */
  readonly undo: { readonly target: string | null; readonly trees: readonly string[] } | null;
  /** a revert that stands: its paths go back to how they were before it, unless they are undone anew */
  readonly standing: { readonly paths: readonly string[]; readonly beforeTreeId: string } | null;
}

export interface TreeRevert {
  readonly store: string;
  readonly currentTree: string;
  readonly desiredTree: string;
  /** the paths that the undone steps changed, UTF-8 */
  readonly paths: readonly string[];
  readonly stepsOf: ReadonlyMap<string, number>;
  readonly changedByHand: ReadonlySet<string>;
}

const asText = (raw: string) => Buffer.from(raw, "latin1").toString("utf8");
const asRaw = (path: string) => Buffer.from(path, "utf8").toString("latin1");

/**
 * What the work tree should be after steps are undone: only paths that those steps changed are touched, whoever changed
 * them last. UNPROCESSABLE when a snapshot that is needed is gone.
 */
export async function planTreeRevert(request: TreeRevertRequest): Promise<TreeRevert> {
  const store = await openSessionStore(request);
  const currentTree = await findCurrentTree(request);
  const { undo, standing } = request;
  const trees = undo ? [undo.target ?? request.baseCommit, ...undo.trees] : [];
  const there = await treesIn(store, trees);
  if (!trees.every((tree) => there.has(tree)))
    throw new AppError("UNPROCESSABLE", "A snapshot of these steps is not on this machine any more. Revert to a later message.");
  const steps = await countSteps(store, trees);
  const paths = new Set(steps.keys());
  const last = trees.at(-1);
  const touched = last === undefined || standing ? [] : await changedPaths(store, last, currentTree);
  const back = new Set((standing?.paths ?? []).map(asRaw).filter((path) => !paths.has(path)));
  const desiredTree = await composeTree(store, currentTree, [
    { tree: trees[0] ?? currentTree, paths },
    ...(standing ? [{ tree: standing.beforeTreeId, paths: back }] : []),
  ]);
  return {
    store,
    currentTree,
    desiredTree,
    paths: [...paths].map(asText),
    stepsOf: new Map([...steps].map(([path, count]) => [asText(path), count])),
    changedByHand: new Set(touched.filter((change) => paths.has(change.rawPath)).map((change) => asText(change.rawPath))),
  };
}

const diffsAtOnce = 8;

/** How many of the steps from one tree to the next changed each path. */
async function countSteps(store: string, trees: readonly string[]): Promise<Map<string, number>> {
  const steps = new Map<string, number>();
  const pairs = trees.slice(1).map((tree, index) => [trees[index] ?? tree, tree] as const);
  for (let start = 0; start < pairs.length; start += diffsAtOnce) {
    const some = await Promise.all(pairs.slice(start, start + diffsAtOnce).map(([from, to]) => changedPaths(store, from, to)));
    for (const { rawPath } of some.flat()) steps.set(rawPath, (steps.get(rawPath) ?? 0) + 1);
  }
  return steps;
}

/** The live work tree, or where there is none the newest snapshot. */
export async function findCurrentTree(request: Omit<TreeRevertRequest, "undo" | "standing">): Promise<string> {
  if (request.directory !== null) return (await snapshotWorkspace({ ...request, directory: request.directory })).treeId;
  const newest = (await withTenant(request.workspaceId, (tx) => findSessionDiff(tx, request)))?.treeId;
  return newest === undefined ? request.baseCommit : requireTree(request, request.baseCommit, newest);
}

/** The difference between two states as files with their patches. */
export async function diffSnapshots(store: string, from: string, to: string) {
  return (await diffTrees(store, from, to)).files;
}

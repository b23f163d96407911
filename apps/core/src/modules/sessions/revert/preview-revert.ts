import { withTenant } from "../../../platform/database/database.ts";
import { diffSnapshots, planTreeRevert } from "../../repositories/index.ts";
import { findWorkspaceDirectory } from "../../sandbox/index.ts";
import type { RevertFile } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import type { RevertPoint } from "./plan-revert.ts";
import { lockIdleSession, requirePlan, revertOf, workOf } from "./revert-state.ts";

/**
 * What going back to before a message or part would do, seen from how the files are now: nothing is changed. CONFLICT while
 * a turn runs, NOT_FOUND for a foreign session or an unknown point.
 */
export async function previewRevert(key: SessionKey, point: RevertPoint): Promise<{ files: RevertFile[]; messages: number }> {
  const { session, plan } = await withTenant(key.workspaceId, async (tx) => ({
    session: await lockIdleSession(tx, key),
    plan: await requirePlan(tx, key, point),
  }));
  const messages = plan.messageIds.length + Number(plan.partIds.length > 0);
  if (session.baseCommit === null) return { files: [], messages };
  const standing = revertOf(session);
  const revert = await planTreeRevert({
    ...workOf(key, session),
    directory: await findWorkspaceDirectory(key.sessionId),
    undo: plan,
    standing:
      standing?.beforeTreeId && standing.state === "applied" ? { paths: standing.files, beforeTreeId: standing.beforeTreeId } : null,
  });
  const changed = await diffSnapshots(revert.store, revert.currentTree, revert.desiredTree);
  const about = (path: string) => ({ path, changedByHand: revert.changedByHand.has(path), steps: revert.stepsOf.get(path) ?? 0 });
  const files = changed.flatMap(({ oldPath, path, status, additions, deletions, binary, patch }): RevertFile[] => {
    const figures = { additions, deletions, binary, patch };
    // A file that goes back to its old name: both names are shown, since both are touched.
    if (status === "renamed" && oldPath !== null) {
      const whole = { additions: 0, deletions: 0, binary, patch: null };
      return [
        { ...about(path), ...figures, effect: "comes-back" },
        { ...about(oldPath), ...whole, effect: "goes-away" },
      ];
    }
    return [{ ...about(path), ...figures, effect: effectOf(status) }];
  });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, messages };
}

function effectOf(status: string): RevertFile["effect"] {
  if (status === "added") return "comes-back";
  return status === "deleted" ? "goes-away" : "changes";
}

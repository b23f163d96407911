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
  const files = changed.map((file): RevertFile => {
    const path = file.status === "deleted" ? file.path : (file.oldPath ?? file.path);
    return {
      path: file.path,
      effect: file.status === "added" ? "comes-back" : file.status === "deleted" ? "goes-away" : "changes",
      additions: file.additions,
      deletions: file.deletions,
      binary: file.binary,
      changedByHand: revert.changedByHand.has(path) || revert.changedByHand.has(file.path),
      steps: revert.stepsOf.get(file.path) ?? revert.stepsOf.get(path) ?? 0,
      patch: file.patch,
    };
  });
  return { files, messages };
}

import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { logger } from "../../../platform/logger.ts";
import { diffWorkspace, packDiff, packTreeChange, planTreeRevert, saveDiff } from "../../repositories/index.ts";
import { holdSandbox, releaseSandbox } from "../agent-loop/held-sandbox.ts";
import { changeSession } from "../change-session.ts";
import type { RevertView } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord, lockSession, updateSession } from "../repo.ts";
import { requirePlan, revertOf, setRevert, workOf } from "./revert-state.ts";
import { writeTreeChange } from "./write-tree-change.ts";

type RequestKey = SessionKey & { readonly requestId: string };

/**
 * Puts the files as a requested revert (or its taking back) wants them, inside the sandbox, and writes down how it went.
 * Again is fine; a request that is not the session's newest any more does nothing.
 */
export async function applyRevert({ requestId, ...key }: RequestKey): Promise<void> {
  const { session, plan } = await withTenant(key.workspaceId, async (tx) => {
    const found = await getSessionRecord(tx, key);
    const wanted = revertOf(found);
    const isUndo = wanted?.requestId === requestId && wanted.state === "applying";
    return { session: found, plan: isUndo && wanted ? await requirePlan(tx, key, wanted) : null };
  });
  const revert = revertOf(session);
  if (!revert || revert.requestId !== requestId || (revert.state !== "applying" && revert.state !== "restoring")) return;
  const isRestoring = revert.state === "restoring";
  if (session.baseCommit === null) return finish(key, revert, isRestoring ? null : { ...revert, state: "applied" }, null);
  try {
    const { sandbox } = await holdSandbox(key);
    const work = { ...workOf(key, session), directory: sandbox.hostDirectory };
    const standing = revert.beforeTreeId === null ? null : { paths: revert.files, beforeTreeId: revert.beforeTreeId };
    const wanted = await planTreeRevert({ ...work, undo: plan, standing });
    const packed = await packTreeChange(wanted.store, wanted.currentTree, wanted.desiredTree);
    const trouble = await writeTreeChange(sandbox, packed).then(() => null, messageOf);
    // Whatever came of it: a part may be written, and that is what the page shows and what can be taken back.
    const found = await diffWorkspace(work);
    const inexact = "Some files could not be put back exactly: something else wrote to them. Look at the diff.";
    const error = found.diff.treeId === wanted.desiredTree ? null : (trouble ?? inexact);
    const beforeTreeId = revert.beforeTreeId ?? wanted.currentTree;
    const files = [...new Set([...revert.files, ...wanted.paths])];
    await finish(key, revert, isRestoring && trouble === null ? null : { ...revert, state: "applied", files, beforeTreeId, error }, {
      diff: found.diff,
      packed: await packDiff(found),
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE" || error.code === "INTERNAL") throw error;
    await finish(key, revert, failed(revert, error.message), null);
  } finally {
    await releaseSandbox(key);
  }
}

/** What a refusal says; anything else goes on as it is. */
function messageOf(error: unknown): string {
  if (error instanceof AppError && error.code === "UNPROCESSABLE") return error.message;
  throw error;
}

/** After the last attempt: what was asked for did not come about. */
export async function failRevert({ requestId, ...key }: RequestKey): Promise<void> {
  const session = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
  const revert = revertOf(session);
  if (revert?.requestId !== requestId || (revert.state !== "applying" && revert.state !== "restoring")) return;
  logger.warn({ sessionId: key.sessionId }, "sessions: a revert was given up");
  await finish(key, revert, failed(revert, "The sandbox did not answer, so the files were not put back. Try again in a minute."), null);
}

/** A revert that stood before stands on; otherwise only the notice is left. */
function failed(revert: RevertView, error: string): RevertView {
  return { ...revert, state: revert.state === "restoring" ? "applied" : "failed", error };
}

async function finish(
  key: SessionKey,
  asked: RevertView,
  next: RevertView | null,
  change: { diff: Awaited<ReturnType<typeof diffWorkspace>>["diff"]; packed: Awaited<ReturnType<typeof packDiff>> } | null,
): Promise<void> {
  await changeSession(key, async ({ tx, append }) => {
    const now = revertOf(await lockSession(tx, key));
    if (now?.requestId !== asked.requestId || now.state !== asked.state) return;
    const event = await setRevert(tx, key, next);
    if (!change) return append([event]);
    const stat = { filesChanged: change.diff.files.length, additions: change.diff.additions, deletions: change.diff.deletions };
    await saveDiff(tx, key, change.packed);
    await updateSession(tx, key, stat);
    await append([{ type: "diff.updated", data: stat }, event]);
  });
}

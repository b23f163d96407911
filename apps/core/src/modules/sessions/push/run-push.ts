import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { findCurrentTree, pushBranch } from "../../repositories/index.ts";
import { findWorkspaceDirectory } from "../../sandbox/index.ts";
import { changeSession } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { workOf } from "../revert/revert-state.ts";
import { endPush, findAuthor, findPush, type PushRow, setPushTree, toPushView } from "./push-repo.ts";

type RequestKey = SessionKey & { readonly requestId: string };

/** Carries a requested push out and writes down how it went; again is fine. Throws what a later attempt may mend. */
export async function runPush({ requestId, ...key }: RequestKey): Promise<void> {
  const { session, push, author } = await withTenant(key.workspaceId, async (tx) => {
    const row = await findPush(tx, key);
    return {
      session: await getSessionRecord(tx, key),
      push: row,
      author: row && (await findAuthor(tx, { kind: row.actorKind, id: row.actorId })),
    };
  });
  if (!push || !author || push.requestId !== requestId || push.state !== "pushing") return;
  try {
    const work = workOf(key, session);
    const noted = push.treeId === null ? await noteTree(key, requestId, work) : push;
    if (!noted?.treeId) return;
    const { branch, message, treeId, updatedAt: at } = noted;
    const { commit, url } = await pushBranch({ ...work, treeId, parent: push.pushedCommit, branch, message, author, at });
    await settle(key, requestId, { state: "pushed", commit, pushedCommit: commit, url });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE" || error.code === "INTERNAL") throw error;
    await settle(key, requestId, { state: "failed", error: error.message });
  }
}

/**
 * Which state of the files goes out is decided once: an attempt that comes after one whose end nobody wrote down makes the
 * very same commit, and finds it on the server.
 */
async function noteTree(key: SessionKey, requestId: string, work: ReturnType<typeof workOf>): Promise<PushRow | null> {
  const treeId = await findCurrentTree({ ...work, directory: await findWorkspaceDirectory(key.sessionId) });
  return withTenant(key.workspaceId, (tx) => setPushTree(tx, key, requestId, treeId));
}

/** After the last attempt. */
export async function failPush({ requestId, ...key }: RequestKey): Promise<void> {
  await settle(key, requestId, {
    state: "failed",
    error: "The branch could not be pushed. Try again in a minute; the worker's log says more.",
  });
}

async function settle(key: SessionKey, requestId: string, outcome: Parameters<typeof endPush>[3]): Promise<void> {
  await changeSession(key, async ({ tx, append }) => {
    const row = await endPush(tx, key, requestId, outcome);
    if (row) await append([{ type: "session.updated", data: { push: toPushView(row) } }]);
  });
}

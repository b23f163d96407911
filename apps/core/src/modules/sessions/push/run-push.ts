import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { findCurrentTree, pushBranch } from "../../repositories/index.ts";
import { findWorkspaceDirectory } from "../../sandbox/index.ts";
import { changeSession } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { workOf } from "../revert/revert-state.ts";
import { endPush, findAuthor, findPush, toPushView } from "./push-repo.ts";

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
    const treeId = await findCurrentTree({ ...work, directory: await findWorkspaceDirectory(key.sessionId) });
    const { branch, message } = push;
    const pushed = await pushBranch({ ...work, treeId, parent: push.pushedCommit, branch, message, author });
    await settle(key, requestId, { state: "pushed", treeId, commit: pushed.commit, pushedCommit: pushed.commit, url: pushed.url });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE" || error.code === "INTERNAL") throw error;
    await settle(key, requestId, { state: "failed", error: error.message });
  }
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

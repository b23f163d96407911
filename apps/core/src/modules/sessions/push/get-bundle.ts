import { withTenant } from "../../../platform/database/database.ts";
import { branchOf, bundleSessionWork, findCurrentTree } from "../../repositories/index.ts";
import { findWorkspaceDirectory } from "../../sandbox/index.ts";
import type { Actor } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { workOf } from "../revert/revert-state.ts";
import { findAuthor } from "./push-repo.ts";

/** The session's work as a git bundle with one commit on its branch, for `git fetch <file> <branch>`. NOT_FOUND for a foreign session. */
export async function getSessionBundle(key: SessionKey, actor: Actor): Promise<{ bundle: Buffer; branch: string; title: string }> {
  const { session, author } = await withTenant(key.workspaceId, async (tx) => ({
    session: await getSessionRecord(tx, key),
    author: await findAuthor(tx, actor),
  }));
  const work = workOf(key, session);
  const treeId = await findCurrentTree({ ...work, directory: await findWorkspaceDirectory(key.sessionId) });
  const branch = session.branch ?? branchOf(key.sessionId);
  const message = session.title || "Work of an OpenCode session";
  const { bundle } = await bundleSessionWork({ ...work, treeId, branch, message, author });
  return { bundle, branch, title: session.title };
}

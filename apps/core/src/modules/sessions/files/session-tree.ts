import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId, SessionId } from "../../../platform/ids.ts";
import { findCurrentTree } from "../../repositories/index.ts";
import { findWorkspaceDirectory } from "../../sandbox/index.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";

const freshMs = 2_000;
const looked = new Map<string, { atMs: number; seq: number; tree: Promise<string> }>();

/**
 * How a session's files are now, as a source for the repositories' readers: the live workspace where it lies on this
 * machine (without news in its log looked at every two seconds at most), else the newest snapshot. Null before anything was checked out.
 */
export async function sessionTree(key: SessionKey) {
  const session = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
  const { baseCommit } = session;
  if (baseCommit === null) return null;
  const sessionId = (session.rootSessionId ?? key.sessionId) as SessionId;
  const work = { workspaceId: key.workspaceId, sessionId, repositoryId: session.repositoryId as RepositoryId, baseCommit };
  const known = looked.get(sessionId);
  // The page asks again because the log says that files have changed: what was seen before that is no answer.
  const seq = session.lastSeq;
  const isFresh = known !== undefined && known.seq === seq && performance.now() - known.atMs < freshMs;
  const tree = isFresh ? known.tree : findWorkspaceDirectory(sessionId).then((directory) => findCurrentTree({ ...work, directory }));
  if (!isFresh) {
    if (looked.size > 500) looked.clear();
    looked.set(sessionId, { atMs: performance.now(), seq, tree });
    tree.catch(() => looked.delete(sessionId));
  }
  return { ...work, tree: await tree };
}

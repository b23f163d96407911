import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId } from "../../platform/ids.ts";
import { forgetSession } from "../repositories/index.ts";
import { destroySandbox } from "../sandbox/index.ts";
import { releaseSandbox } from "./agent-loop/held-sandbox.ts";
import { stopSession } from "./archive-session.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { getSessionRecord } from "./repo.ts";

/**
 * Takes away what an archived session keeps on this machine: its sandbox with all that runs in it, its snapshots, its
 * hold on the repository. The log, the diff and the patch stay. Again is fine; a session that is not archived is left alone.
 */
export async function cleanArchivedSession(key: SessionKey): Promise<boolean> {
  const session = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
  if (session.archivedAt === null) return false;
  // Whoever archived it may have died before all of it was stopped.
  await stopSession(key);
  await releaseSandbox(key);
  await destroySandbox(key);
  await forgetSession({ ...key, repositoryId: session.repositoryId as RepositoryId });
  return true;
}

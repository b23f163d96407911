import { existsSync } from "node:fs";
import type { SessionId } from "../../platform/ids.ts";
import { mirrorPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { runGit } from "./git.ts";
import { purgeIfRemoved } from "./remove-repository.ts";
import type { RepositoryKey } from "./repo.ts";
import { removeSessionStore } from "./session-store.ts";

/**
 * Lets go of what a session that nobody works in any more keeps on this machine: its private git directory, its hold on
 * the mirror's commits, and, when it was the last one on a removed repository, the mirror. Again is fine.
 */
export async function forgetSession(key: RepositoryKey & { sessionId: SessionId }): Promise<void> {
  await removeSessionStore(key.sessionId);
  const mirror = mirrorPath(key.repositoryId);
  await exclusive(mirror, async () => {
    if (existsSync(mirror)) await runGit(["update-ref", "-d", `refs/opencode/sessions/${key.sessionId}`], { gitDir: mirror });
  });
  await purgeIfRemoved(key);
}

import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SessionId } from "../../platform/ids.ts";
import { snapshotPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { type CommitRequest, checkBundle, commitSessionWork, type SessionCommit } from "./session-commit.ts";

/**
 * Makes the session's work a commit and has it checked in a directory of its own, where `use` finds it: one after the
 * other for each session. Nothing of that directory stays. Throws as `commitSessionWork` and `checkBundle` do.
 */
export async function withCheckedCommit<T>(
  request: CommitRequest,
  use: (work: SessionCommit, quarantine: string) => Promise<T>,
): Promise<T> {
  const quarantine = quarantinePath(request.sessionId);
  await mkdir(dirname(quarantine), { recursive: true });
  return exclusive(quarantine, async () => {
    try {
      const work = await commitSessionWork(request);
      await checkBundle(quarantine, work, request);
      return await use(work, quarantine);
    } finally {
      await rm(quarantine, { recursive: true, force: true });
    }
  });
}

/** The session's work as a bundle with one checked commit on its branch, for `git fetch <file> <branch>`. */
export async function bundleSessionWork(request: CommitRequest): Promise<SessionCommit> {
  return withCheckedCommit(request, async (work) => work);
}

function quarantinePath(sessionId: SessionId): string {
  return join(dirname(snapshotPath(sessionId)), `${sessionId}.outgoing`);
}

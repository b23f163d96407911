import { abortSession } from "./abort-session.ts";
import { changeSession } from "./change-session.ts";
import { archiveDescendants } from "./children/child-repo.ts";
import { sessionArchived } from "./contract.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { lockSession, updateSession } from "./repo.ts";

/**
 * Takes a session, with those of its sub-agents, out of the lists; what runs in it is stopped, and its sandbox and snapshots are removed by the worker.
 * Its log and diff stay. NOT_FOUND for a foreign one.
 */
export async function archiveSession(key: SessionKey): Promise<void> {
  await changeSession(key, async ({ tx, now, emit }) => {
    if ((await lockSession(tx, key)).archivedAt !== null) return;
    await updateSession(tx, key, { archivedAt: now });
    await archiveDescendants(tx, key, now);
    await emit(sessionArchived, key);
  });
  await stopSession(key);
}

/** Stops what runs or waits: queued turns follow each other, so until nothing is left to stop. */
export async function stopSession(key: SessionKey): Promise<void> {
  while ((await abortSession(key)).turnId !== null);
}

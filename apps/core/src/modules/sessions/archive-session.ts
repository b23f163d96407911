import { withTenant } from "../../platform/database/database.ts";
import { abortSession } from "./abort-session.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { updateSession } from "./repo.ts";

/** Takes a session out of the lists; what runs in it is stopped. NOT_FOUND for a foreign one. */
export async function archiveSession(key: SessionKey): Promise<void> {
  await withTenant(key.workspaceId, (tx) => updateSession(tx, key, { archivedAt: new Date() }));
  // Queued turns follow each other: stop until nothing is left to stop.
  while ((await abortSession(key)).turnId !== null);
}

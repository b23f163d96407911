import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { LoggedEvent } from "./contract.ts";
import { decodeLogged } from "./event-encoding.ts";
import { readEncodedEvents, readLastSeq, type SessionKey } from "./event-log-repo.ts";

/** The session's log after `after`, oldest first, a page at most. NOT_FOUND for a foreign session. */
export async function readSessionEvents(input: SessionKey & { after: number; limit?: number }): Promise<LoggedEvent[]> {
  const limit = Math.min(input.limit ?? limits.eventLog.pageSize, limits.eventLog.pageSize);
  const events = await withTenant(input.workspaceId, async (tx) => {
    const lastSeq = await readLastSeq(tx, input);
    if (lastSeq === null) throw notFound("The session");
    return readEncodedEvents(tx, input, input.after, limit);
  });
  return events.map(decodeLogged);
}

import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { SessionRow } from "./contract.ts";
import { decodeLogged } from "./event-encoding.ts";
import { readEncodedEvents, type SessionKey } from "./event-log-repo.ts";
import { foldSession } from "./fold-session.ts";
import { findSessionRows } from "./repo.ts";
import type { SessionView } from "./session-view.ts";

const everything = 2_147_483_647;

/** What a session's page opens with: its row, and the view of its whole log; follow it from `view.seq`. NOT_FOUND for a foreign one. */
export async function getSession(key: SessionKey): Promise<{ session: SessionRow; view: SessionView }> {
  const [row, events] = await withTenant(key.workspaceId, async (tx) => {
    const [found] = await findSessionRows(tx, { workspaceId: key.workspaceId, id: key.sessionId }, 1);
    return [found, found ? await readEncodedEvents(tx, key, 0, everything) : []] as const;
  });
  if (!row) throw notFound("The session");
  return { session: row, view: foldSession(events.map(decodeLogged)) };
}

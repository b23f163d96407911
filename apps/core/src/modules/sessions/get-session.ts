import { type Tx, withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { LoggedEvent, SessionRow } from "./contract.ts";
import { readLog, type SessionKey } from "./event-log-repo.ts";
import { foldSession } from "./fold-session.ts";
import { findSessionRows } from "./session-row-repo.ts";
import type { SessionView } from "./session-view.ts";

const maxRounds = 5;

/** What a session's page opens with: its row, and the view of its whole log; follow it from `view.seq`. NOT_FOUND for a foreign one. */
export async function getSession(key: SessionKey): Promise<{ session: SessionRow; view: SessionView }> {
  const { row, events } = await withTenant(key.workspaceId, (tx) => readTogether(tx, key));
  if (!row) throw notFound("The session");
  return { session: row, view: foldSession(events) };
}

/** Row and log of the same moment: each statement sees what was committed by then, so look until nothing came in between. */
async function readTogether(tx: Tx, key: SessionKey): Promise<{ row: SessionRow | undefined; events: LoggedEvent[] }> {
  const events = await readLog(tx, key, 0);
  for (let round = 1; ; round++) {
    const [row] = await findSessionRows(tx, { workspaceId: key.workspaceId, id: key.sessionId }, 1);
    const later = row ? await readLog(tx, key, events.at(-1)?.seq ?? 0) : [];
    if (later.length === 0 || round === maxRounds) return { row, events };
    events.push(...later);
  }
}

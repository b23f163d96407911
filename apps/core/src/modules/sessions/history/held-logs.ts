import { type Tx, withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import type { LoggedEvent } from "../contract.ts";
import { readLog, type SessionKey } from "../event-log-repo.ts";
import { SessionLog } from "./session-log.ts";

interface HeldLog {
  readonly log: SessionLog;
  /** something was written that this process has not seen */
  isBehind: boolean;
}

// The order of the entries is the order of their last use.
const held = new Map<string, HeldLog>();

/**
 * A session's folded log as this process keeps it: read once, then fed by what this process writes. `fresh` reads what
 * others have written since, which a process that has just taken the session over has to do.
 */
export async function sessionLog(key: SessionKey, options: { fresh: boolean }, within?: Tx): Promise<SessionLog> {
  const entry = held.get(key.sessionId) ?? { log: new SessionLog(), isBehind: true };
  held.delete(key.sessionId);
  held.set(key.sessionId, entry);
  if (options.fresh) entry.isBehind = true;
  while (entry.isBehind) {
    entry.isBehind = false;
    try {
      const after = entry.log.seq;
      entry.log.apply(await (within ? readLog(within, key, after) : withTenant(key.workspaceId, (tx) => readLog(tx, key, after))));
    } catch (error) {
      entry.isBehind = true;
      throw error;
    }
  }
  trim();
  return entry.log;
}

/** The log in hand, if there is one that knows everything that this process has heard of. */
export function heldLog(key: SessionKey): SessionLog | null {
  const entry = held.get(key.sessionId);
  return entry && !entry.isBehind ? entry.log : null;
}

/** Feeds what was just committed to a log that is held; when there is a gap before it, the log is read again at its next use. */
export function noteCommitted(key: SessionKey, events: readonly LoggedEvent[]): void {
  const entry = held.get(key.sessionId);
  const [first] = events;
  if (!entry || !first) return;
  if (first.seq > entry.log.seq + 1) entry.isBehind = true;
  else entry.log.apply(events);
}

function trim(): void {
  let chars = 0;
  for (const { log } of held.values()) chars += log.chars;
  for (const [sessionId, { log }] of held) {
    if (held.size <= 1 || (held.size <= limits.turn.heldLogs && chars <= limits.turn.heldLogChars)) return;
    held.delete(sessionId);
    chars -= log.chars;
  }
}

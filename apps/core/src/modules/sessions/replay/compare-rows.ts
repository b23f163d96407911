import { isDeepStrictEqual } from "node:util";
import { withTenant } from "../../../platform/database/database.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { SessionLog } from "../history/session-log.ts";
import { findHistory } from "../message-repo.ts";
import { partSchema } from "../parts/contract.ts";
import type { Recording } from "./recording.ts";

const anyOrdinal = 2 ** 31 - 1;
const overStates = new Set(["completed", "failed", "aborted"]);
const shown = 120;

/**
 * Where the log and the rows that were written with it in the same transactions say different things about turns that are
 * over: somebody has changed one of the two since. A replay alone would not see it, as it believes the log.
 */
export async function compareRows(recording: Recording, key: SessionKey): Promise<string[]> {
  const log = new SessionLog();
  log.apply(recording.events);
  const rows = await withTenant(key.workspaceId, (tx) => findHistory(tx, key, anyOrdinal));
  const over = new Set(recording.turns.filter(({ state }) => overStates.has(state)).map(({ id }) => id));
  const parts = rows.filter(({ turnId }) => over.has(turnId)).flatMap((message) => message.parts);
  return parts.flatMap((row) => {
    const logged = log.part(row.id);
    if (!logged) return [`part ${row.id} (${row.type}): not in the log`];
    const told = new Map<string, unknown>(Object.entries(partSchema.parse(logged)));
    return Object.entries(row).flatMap(([field, value]) => {
      const other = told.get(field);
      if (isDeepStrictEqual(other, value)) return [];
      return [`part ${row.id} (${row.type}).${field}: the log has ${shorten(other)}, the row beside it ${shorten(value)}`];
    });
  });
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > shown ? `${text.slice(0, shown)}…` : text;
}

import type { Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { type TurnKey, turnOf } from "./event-log-repo.ts";

/** What a turn's row knows of its run; NOT_FOUND when the session has no turn of this id. */
export async function getTurnRunRecord(tx: Tx, key: TurnKey) {
  const { turnId: id, ...session } = turnOf(key);
  const row = await tx.turn.findFirst({ where: { id, ...session }, select: { state: true, runId: true, contextRecord: true } });
  if (!row) throw notFound("The turn");
  return row;
}

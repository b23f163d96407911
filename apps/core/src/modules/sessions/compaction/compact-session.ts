import { AppError } from "../../../platform/errors.ts";
import { newId, type TurnId } from "../../../platform/ids.ts";
import { changeSession } from "../change-session.ts";
import { turnSubmitted } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { activeStates, countTurns, createTurn, lockSession, toTurnView, updateSession } from "../repo.ts";

/**
 * Has the session's conversation shortened: a turn without a prompt, which waits its turn like any other. CONFLICT when
 * there is nothing to shorten or the session is archived, NOT_FOUND for a foreign one.
 */
export async function compactSession(key: SessionKey): Promise<{ turnId: TurnId }> {
  const session: SessionKey = { workspaceId: key.workspaceId, sessionId: key.sessionId };
  return changeSession(session, async (change) => {
    const { tx } = change;
    const record = await lockSession(tx, session);
    if (record.archivedAt) throw new AppError("CONFLICT", "This session is archived. Start a new one.");
    if ((await countTurns(tx, session, ["completed", "failed", "aborted", ...activeStates])) === 0) {
      throw new AppError("CONFLICT", "There is no conversation to shorten yet.");
    }
    const busy = await countTurns(tx, session, [...activeStates, "queued"]);
    const turnKey = { ...session, turnId: newId("turn") };
    const { model, agent } = record;
    const turn = await createTurn(tx, turnKey, { model, agent, clientRequestId: null, kind: "compact" });
    await change.append([{ type: "turn.updated", data: { turn: toTurnView(turn) } }]);
    if (busy > 0) return { turnId: turnKey.turnId };
    await updateSession(tx, session, { state: "queued" });
    await change.append([{ type: "session.updated", data: { state: "queued" } }]);
    await change.emit(turnSubmitted, turnKey);
    return { turnId: turnKey.turnId };
  });
}

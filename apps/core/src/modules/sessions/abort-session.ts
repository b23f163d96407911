import { withTenant } from "../../platform/database/database.ts";
import type { TurnId } from "../../platform/ids.ts";
import { changeSession } from "./change-session.ts";
import { turnAborted } from "./contract.ts";
import { endTurn } from "./end-turn.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { activeStates, findActiveTurn, getSessionRecord, lockTurn, updateTurn } from "./repo.ts";

/**
 * Stops the turn that runs, waits or is first in the queue, at once: its end is written here, whoever works on it
 * loses the right to write, and the worker that holds it kills the command and the model's stream when it hears of it.
 * `turnId` is null when there was nothing to stop. NOT_FOUND for a foreign session.
 */
export async function abortSession(key: SessionKey): Promise<{ turnId: TurnId | null }> {
  const active = await withTenant(key.workspaceId, async (tx) => {
    await getSessionRecord(tx, key);
    return findActiveTurn(tx, key);
  });
  if (!active) return { turnId: null };
  const turnKey = { ...key, turnId: active.id as TurnId };
  return changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, turnKey);
    // It ended in between: what was asked for is the case.
    if (turn.state !== "queued" && !activeStates.some((state) => state === turn.state)) return { turnId: null };
    await updateTurn(change.tx, turnKey, { abortRequestedAt: change.now });
    await endTurn(change, turnKey, { state: "aborted", error: null });
    await change.emit(turnAborted, turnKey);
    return { turnId: turnKey.turnId };
  });
}

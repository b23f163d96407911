import { withTenant } from "../../platform/database/database.ts";
import type { TurnId } from "../../platform/ids.ts";
import { changeSession } from "./change-session.ts";
import { findActiveChildren } from "./children/child-repo.ts";
import { turnAborted } from "./contract.ts";
import { endTurn } from "./end-turn.ts";
import type { SessionKey, TurnKey } from "./event-log-repo.ts";
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
  const stopped = await stopTurn(turnKey);
  // After it, so that it can start no more of them; `settle-aborted-turn` does it again, should this process die here.
  await abortChildren(key, turnKey.turnId);
  return stopped;
}

/** Stops the sub-agents that a stopped turn had started, and theirs. Again is fine. */
export async function abortChildren(parent: SessionKey, parentTurnId: TurnId): Promise<void> {
  const children = await withTenant(parent.workspaceId, (tx) => findActiveChildren(tx, parent, parentTurnId));
  await Promise.all(children.map((sessionId) => abortSession({ workspaceId: parent.workspaceId, sessionId })));
}

async function stopTurn(turnKey: TurnKey): Promise<{ turnId: TurnId | null }> {
  const key: SessionKey = { workspaceId: turnKey.workspaceId, sessionId: turnKey.sessionId };
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

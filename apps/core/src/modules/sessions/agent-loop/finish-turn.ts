import { changeSession } from "../change-session.ts";
import { endTurn, type TurnEnd } from "../end-turn.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";
import { activeStates, lockTurn, updateTurn } from "../repo.ts";

/** Ends the turn; false when it is not the caller's any more. */
export async function finishTurn(key: WriterKey, end: TurnEnd): Promise<boolean> {
  return changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, key);
    if (turn.fence !== key.fence || !activeStates.some((state) => state === turn.state)) return false;
    await endTurn(change, key, end);
    return true;
  });
}

/** A run that has failed for good lets go of its turn; another one takes it up where the log stands, a limited number of times. */
export async function releaseCrashedTurn(key: TurnKey, runId: string): Promise<void> {
  await changeSession(key, async ({ tx, now }) => {
    const turn = await lockTurn(tx, key);
    if (turn.state !== "running" || turn.runId !== runId) return;
    await updateTurn(tx, key, { runId: null, heartbeatAt: now, fence: { increment: 1 } });
  });
}

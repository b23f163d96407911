import { changeSession } from "../change-session.ts";
import { endTurn, type TurnEnd } from "../end-turn.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";
import { activeStates, lockTurn } from "../repo.ts";

/** Ends the turn; false when it is not the caller's any more. */
export async function finishTurn(key: WriterKey, end: TurnEnd): Promise<boolean> {
  return changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, key);
    if (turn.fence !== key.fence || !activeStates.some((state) => state === turn.state)) return false;
    await endTurn(change, key, end);
    return true;
  });
}

/** The end of a turn whose run has failed for good, whoever held it then. */
export async function failCrashedTurn(key: TurnKey, runId: string): Promise<void> {
  await changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, key);
    const isItsRun = turn.runId === runId || (turn.state === "queued" && turn.runId === null);
    if (!isItsRun || !["queued", ...activeStates].includes(turn.state)) return;
    const message = "Something went wrong on our side, several times in a row. What was done so far is kept; try again.";
    await endTurn(change, key, { state: "failed", error: { code: "INTERNAL", message, retryable: true, settingsPath: null } });
  });
}

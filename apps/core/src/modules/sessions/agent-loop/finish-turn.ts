import { limits } from "../../../platform/limits.ts";
import { changeSession } from "../change-session.ts";
import { endTurn, type TurnEnd } from "../end-turn.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";
import { activeStates, lockTurn, updateTurn } from "../repo.ts";
import { countPendingSteers } from "../steering/steer-repo.ts";

/**
 * Ends the turn; "lost" when it is not the caller's any more, "steered" when somebody has sent a message to it that it
 * has not taken: then it goes on. A turn that failed hands such messages on to the next one.
 */
export async function finishTurn(key: WriterKey, end: TurnEnd): Promise<"ended" | "steered" | "lost"> {
  return changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, key);
    if (turn.fence !== key.fence || !activeStates.some((state) => state === turn.state)) return "lost";
    if (end.state === "completed" && (await countPendingSteers(change.tx, key)) > 0) return "steered";
    await endTurn(change, key, end);
    return "ended";
  });
}

const recoveryPauseMs = 3_000;

/**
 * A run that has failed for good lets go of its turn; the reaper has another one take it up where the log stands: the
 * first time at once, then later and later, a limited number of times.
 */
export async function releaseCrashedTurn(key: TurnKey, runId: string): Promise<void> {
  await changeSession(key, async ({ tx, now }) => {
    const turn = await lockTurn(tx, key);
    if (turn.runId !== runId || !activeStates.some((state) => state === turn.state)) return;
    const pauseMs = Math.min(turn.recoveries * recoveryPauseMs, limits.turn.staleAfterMs);
    const heartbeatAt = new Date(now.getTime() - limits.turn.staleAfterMs + pauseMs - 1);
    await updateTurn(tx, key, { runId: null, heartbeatAt, fence: { increment: 1 } });
  });
}

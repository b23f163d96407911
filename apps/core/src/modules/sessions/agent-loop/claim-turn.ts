import { limits } from "../../../platform/limits.ts";
import { processName } from "../../../platform/process-name.ts";
import { changeSession } from "../change-session.ts";
import { endTurn } from "../end-turn.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { countTurns, lockSession, lockTurn, type TurnRecord, toTurnView, updateSession, updateTurn } from "../repo.ts";

const crashError = {
  code: "INTERNAL",
  message: "Something went wrong on our side, several times in a row. What was done so far is kept; try again.",
  retryable: true,
  settingsPath: null,
} as const;

/**
 * Makes a turn the run's own: queued, or left behind by a run that died. Answers the fence under which to write, or
 * null when somebody else works on it, it has ended, or another turn of its session is active.
 */
export async function claimTurn(key: TurnKey, runId: string): Promise<{ fence: number } | null> {
  const session = { workspaceId: key.workspaceId, sessionId: key.sessionId };
  return changeSession(session, async (change) => {
    const { tx, now } = change;
    const turn = await lockTurn(tx, key);
    if (!isFree(turn, runId, now)) return null;
    await lockSession(tx, session);
    if (turn.state === "queued" && (await countTurns(tx, session, ["running", "waiting"])) > 0) return null;
    const recoveries = turn.state === "running" && turn.runId !== runId ? turn.recoveries + 1 : turn.recoveries;
    if (recoveries > limits.turn.maxRecoveries) {
      await endTurn(change, key, { state: "failed", error: crashError });
      return null;
    }
    const claimed = await updateTurn(tx, key, {
      state: "running",
      fence: { increment: 1 },
      runId,
      recoveries,
      holder: processName(),
      heartbeatAt: now,
      startedAt: turn.startedAt ?? now,
    });
    await updateSession(tx, session, { state: "running" });
    await change.append([
      { type: "turn.updated", data: { turn: toTurnView(claimed) } },
      { type: "session.updated", data: { state: "running" } },
    ]);
    return { fence: claimed.fence };
  });
}

function isFree(turn: TurnRecord, runId: string, now: Date): boolean {
  if (turn.state === "queued" || turn.state === "waiting") return true;
  if (turn.state !== "running") return false;
  // A reaper that found its holder dead has taken the run's name off.
  if (turn.runId === null || turn.runId === runId || turn.heartbeatAt === null) return true;
  // Either way: a clock that jumped back must not keep a dead turn for ever.
  return Math.abs(now.getTime() - turn.heartbeatAt.getTime()) >= limits.turn.staleAfterMs;
}

/** A new fence for a step that begins, so that an older execution of the same step can't write any more; null when the turn is lost. */
export async function takeFence(key: TurnKey, runId: string): Promise<number | null> {
  return changeSession(key, async ({ tx, now }) => {
    const turn = await lockTurn(tx, key);
    if (turn.runId !== runId || (turn.state !== "running" && turn.state !== "waiting")) return null;
    const updated = await updateTurn(tx, key, { fence: { increment: 1 }, holder: processName(), heartbeatAt: now });
    return updated.fence;
  });
}

import { Prisma } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { TurnId } from "../../platform/ids.ts";
import { changeSession } from "./change-session.ts";
import { turnSubmitted } from "./contract.ts";
import type { TurnKey } from "./event-log-repo.ts";
import { findLastTurn, lockSession, lockTurn, toTurnView, updateSession, updateTurn } from "./repo.ts";

/**
 * Lets the session's last turn, when it failed or was stopped, go on from where it ended: what it has done stays.
 * CONFLICT when it is not the last one, has not failed, or the session is archived. NOT_FOUND for a foreign session or turn.
 */
export async function retryTurn(key: TurnKey): Promise<{ turnId: TurnId }> {
  const session = { workspaceId: key.workspaceId, sessionId: key.sessionId };
  return changeSession(session, async (change) => {
    const { tx } = change;
    const turn = await lockTurn(tx, key);
    const { archivedAt, revert } = await lockSession(tx, session);
    if (revert) throw new AppError("CONFLICT", "This turn is reverted. Take that back first, or send a new prompt.");
    if (archivedAt) throw new AppError("CONFLICT", "This session is archived. Start a new one.");
    const last = await findLastTurn(tx, session);
    if (turn.state !== "failed" && turn.state !== "aborted")
      throw new AppError("CONFLICT", "Only a turn that failed or was stopped can be tried again.");
    if (last?.id !== turn.id) throw new AppError("CONFLICT", "A newer prompt follows this turn. Send a new prompt instead.");
    const queued = await updateTurn(tx, key, {
      state: "queued",
      fence: { increment: 1 },
      error: Prisma.DbNull,
      runId: null,
      recoveries: 0,
      finishedAt: null,
      abortRequestedAt: null,
    });
    await updateSession(tx, session, { state: "queued" });
    await change.append([
      { type: "turn.updated", data: { turn: toTurnView(queued) } },
      { type: "session.updated", data: { state: "queued" } },
    ]);
    await change.emit(turnSubmitted, key);
    return { turnId: key.turnId };
  });
}

import { systemClock } from "../../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../../platform/database/database.ts";
import { kickOutbox, writeEvent } from "../../../platform/events/outbox.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { processName } from "../../../platform/process-name.ts";
import { childFinished, permissionAnswered, turnSubmitted } from "../contract.ts";
import {
  findUnheardAnswers,
  findUnheardChildren,
  releaseTurnsOf,
  takeForgottenTurns,
  takeStaleTurns,
  takeStuckWaits,
} from "./turn-repo.ts";

const unheardAfterMs = 2_000;
const reason = "the reaper looks after the turns of all tenants";
const resendMs = 3_000;
const resentAtMs = new Map<string, number>();

// Its wait may not be registered yet when the worker comes back: again until somebody has heard.
function isDue({ id }: { id: string }): boolean {
  const nowMs = systemClock.monotonicMs();
  for (const [known, atMs] of resentAtMs) if (nowMs - atMs > limits.turn.staleAfterMs * 4) resentAtMs.delete(known);
  return nowMs - (resentAtMs.get(id) ?? Number.NEGATIVE_INFINITY) >= resendMs;
}

/** Frees at once what this process held when it died; call it when it has started again. */
export async function releaseOwnTurns(): Promise<void> {
  const count = await dangerouslyAcrossTenants(reason, (tx) => releaseTurnsOf(tx, processName()));
  if (count > 0) logger.warn({ count }, "turn: this process died with turns in hand; they go on");
}

/**
 * Sends off again what has come to a stand: turns whose worker died and whose run did not come back, turns that never
 * began, answers that came in the moment before their wait was registered. Answers how many it sent.
 */
export async function reapTurns(now: Date): Promise<number> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const sent = await dangerouslyAcrossTenants(reason, async (tx) => {
    const stale = await takeStaleTurns(tx, ago(limits.turn.staleAfterMs), now);
    const forgotten = await takeForgottenTurns(tx, ago(limits.turn.staleAfterMs), now);
    const stuck = await takeStuckWaits(tx, ago(limits.turn.staleAfterMs), ago(limits.turn.staleAfterMs * 2), now);
    const turns = [...stale, ...forgotten, ...stuck];
    for (const key of turns) await writeEvent(tx, turnSubmitted, key);
    const answers = (await findUnheardAnswers(tx, ago(limits.turn.staleAfterMs * 2), ago(unheardAfterMs))).filter(isDue);
    for (const { id, workspaceId, sessionId, turnId, callId } of answers) {
      await writeEvent(tx, permissionAnswered, { workspaceId, sessionId, turnId, requestId: id, callId });
    }
    const ended = (await findUnheardChildren(tx, ago(limits.turn.staleAfterMs * 2), ago(unheardAfterMs))).filter(isDue);
    for (const { id: _childTurnId, ...data } of ended) await writeEvent(tx, childFinished, data);
    return { turns, answers: [...answers, ...ended].map(({ id }) => id) };
  });
  for (const id of sent.answers) resentAtMs.set(id, systemClock.monotonicMs());
  for (const { turnId, sessionId } of sent.turns) logger.warn({ turnId, sessionId }, "turn: nobody worked on it; sent off again");
  const count = sent.turns.length + sent.answers.length;
  if (count > 0) kickOutbox();
  return count;
}

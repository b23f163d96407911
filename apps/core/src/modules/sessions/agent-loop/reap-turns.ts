import { dangerouslyAcrossTenants } from "../../../platform/database/database.ts";
import { kickOutbox, writeEvent } from "../../../platform/events/outbox.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { permissionAnswered, turnSubmitted } from "../contract.ts";
import { findUnheardAnswers, takeForgottenTurns, takeStaleTurns, takeStuckWaits } from "./turn-repo.ts";

const unheardAfterMs = 2_000;
const reason = "the reaper looks after the turns of all tenants";
const resent = new Set<string>();

/**
 * Sends off again what has come to a stand: turns whose worker died and whose run did not come back, turns that never
 * began, answers that came in the moment before their wait was registered. Answers how many it sent.
 */
export async function reapTurns(now: Date): Promise<number> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const sent = await dangerouslyAcrossTenants(reason, async (tx) => {
    const stale = await takeStaleTurns(tx, ago(limits.turn.staleAfterMs), now);
    const forgotten = await takeForgottenTurns(tx, ago(limits.turn.staleAfterMs), now);
    const stuck = await takeStuckWaits(tx, ago(limits.turn.staleAfterMs * 2), now);
    const turns = [...stale, ...forgotten, ...stuck];
    for (const key of turns) await writeEvent(tx, turnSubmitted, key);
    const answers = (await findUnheardAnswers(tx, ago(limits.turn.staleAfterMs * 2), ago(unheardAfterMs))).filter(
      ({ id }) => !resent.has(id),
    );
    for (const { id, workspaceId, sessionId, turnId, callId } of answers) {
      await writeEvent(tx, permissionAnswered, { workspaceId, sessionId, turnId, requestId: id, callId });
    }
    return { turns, answers: answers.map(({ id }) => id) };
  });
  for (const id of sent.answers) resent.add(id);
  if (resent.size > 10_000) resent.clear();
  for (const { turnId, sessionId } of sent.turns) logger.warn({ turnId, sessionId }, "turn: nobody worked on it; sent off again");
  const count = sent.turns.length + sent.answers.length;
  if (count > 0) kickOutbox();
  return count;
}

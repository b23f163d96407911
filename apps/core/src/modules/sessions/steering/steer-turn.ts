import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { type MessageId, newId, type SteerId, type TurnId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { changeSession } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { activeStates, findActiveTurn, getSessionRecord, lockTurn } from "../repo.ts";
import { parsePrompt, type SubmitPromptInput, submitPrompt } from "../submit-prompt.ts";
import { countPendingSteers, createSteer, findSteerByRequest } from "./steer-repo.ts";

export interface SteeredPrompt {
  readonly turnId: TurnId;
  /** null while it waits to be taken */
  readonly messageId: MessageId | null;
  /** the waiting message; null where no turn ran, and it became a prompt of its own */
  readonly steerId: SteerId | null;
}

/**
 * Tells something to the turn that runs: the model hears it before its next step. Where none runs it is a prompt like any
 * other. It is stored before this answers; a turn does not end before it has taken it. NOT_FOUND for a foreign session,
 * CONFLICT when too many wait.
 */
export async function steerTurn(input: SubmitPromptInput): Promise<SteeredPrompt> {
  const text = parsePrompt(input.prompt);
  const { workspaceId, sessionId } = input;
  const key: SessionKey = { workspaceId, sessionId };
  const active = await withTenant(workspaceId, async (tx) => {
    await getSessionRecord(tx, key);
    return findActiveTurn(tx, key);
  });
  const steered = active && activeStates.some((state) => state === active.state) ? await put(key, active.id as TurnId, text, input) : null;
  if (steered) return steered;
  const { turnId, messageId } = await submitPrompt(input);
  return { turnId, messageId, steerId: null };
}

/** Null when the turn has ended in between. */
function put(key: SessionKey, turnId: TurnId, text: string, input: SubmitPromptInput): Promise<SteeredPrompt | null> {
  const turnKey = { ...key, turnId };
  return changeSession(key, async (change) => {
    const clientRequestId = input.clientRequestId ?? null;
    const repeated = clientRequestId === null ? null : await findSteerByRequest(change.tx, key, clientRequestId);
    if (repeated) return { turnId: repeated.turnId, messageId: repeated.messageId, steerId: repeated.id };
    // Whoever ends the turn holds its row: either it sees this message, or this sees that it has ended.
    const turn = await lockTurn(change.tx, turnKey);
    if (!activeStates.some((state) => state === turn.state)) return null;
    const waiting = await countPendingSteers(change.tx, turnKey);
    if (waiting >= limits.turn.maxQueuedPerSession) {
      throw new AppError("CONFLICT", `${waiting} messages already wait for this turn. Let the agent catch up, or stop it first.`);
    }
    const steer = await createSteer(change.tx, turnKey, { id: newId("steer"), text, clientRequestId, createdAt: change.now });
    await change.append([{ type: "steer.updated", data: { steer } }]);
    return { turnId, messageId: null, steerId: steer.id };
  });
}

import { type Tx, withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import { type MessageId, newId, type SteerId, type TurnId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { changeSession } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { insertPartImages } from "../part-images/part-image-repo.ts";
import { type AttachedImage, readPromptImages, refuseBlindModel } from "../part-images/prompt-images.ts";
import { activeStates, findActiveTurn, findSubmitted, getSessionRecord, lockTurn, type TurnRecord } from "../repo.ts";
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
 * CONFLICT when too many wait, BAD_REQUEST for pictures that can't be used or that the turn's model can't see.
 */
export async function steerTurn(input: SubmitPromptInput): Promise<SteeredPrompt> {
  const text = parsePrompt(input.prompt);
  const images = readPromptImages(input.images);
  const { workspaceId, sessionId } = input;
  const key: SessionKey = { workspaceId, sessionId };
  const { clientRequestId } = input;
  const { repeated, active } = await withTenant(workspaceId, async (tx) => {
    await getSessionRecord(tx, key);
    return { repeated: await findRepeated(tx, key, clientRequestId), active: await findActiveTurn(tx, key) };
  });
  if (repeated) return repeated;
  const isSteered = active !== null && isSteerable(active);
  if (isSteered && images.length > 0) await refuseBlindModel(key, active.model);
  const steered = isSteered ? await put(key, active.id as TurnId, { text, images }, input) : null;
  if (steered) return steered;
  const { turnId, messageId } = await submitPrompt(input);
  return { turnId, messageId, steerId: null };
}

/** A turn that shortens the conversation has no next step to hear anything before. */
const isSteerable = ({ state, kind }: Pick<TurnRecord, "state" | "kind">) =>
  kind !== "compact" && activeStates.some((active) => active === state);

/** What the same request has become before: a message to a turn, also to one that has ended since, or a prompt of its own; never both. */
async function findRepeated(tx: Tx, key: SessionKey, clientRequestId: string | undefined): Promise<SteeredPrompt | null> {
  if (clientRequestId === undefined) return null;
  const steer = await findSteerByRequest(tx, key, clientRequestId);
  if (steer) return { turnId: steer.turnId, messageId: steer.messageId, steerId: steer.id };
  const submitted = await findSubmitted(tx, key, clientRequestId);
  return submitted && { ...submitted, steerId: null };
}

/** Null when the turn has ended in between. */
function put(
  key: SessionKey,
  turnId: TurnId,
  { text, images }: { text: string; images: readonly AttachedImage[] },
  input: SubmitPromptInput,
): Promise<SteeredPrompt | null> {
  const turnKey = { ...key, turnId };
  return changeSession(key, async (change) => {
    // Whoever ends the turn holds its row: either it sees this message, or this sees that it has ended.
    const turn = await lockTurn(change.tx, turnKey);
    // Under the lock: the same request twice at one moment is one message.
    const repeated = await findRepeated(change.tx, key, input.clientRequestId);
    if (repeated) return repeated;
    if (!isSteerable(turn)) return null;
    const waiting = await countPendingSteers(change.tx, turnKey);
    if (waiting >= limits.turn.maxQueuedPerSession) {
      throw new AppError("CONFLICT", `${waiting} messages already wait for this turn. Let the agent catch up, or stop it first.`);
    }
    const clientRequestId = input.clientRequestId ?? null;
    const pictures = images.map(({ name, mime, sizeBytes, width, height }) => ({
      partId: newId("part"),
      name,
      mime,
      sizeBytes,
      width,
      height,
    }));
    for (const [at, { partId }] of pictures.entries()) await insertPartImages(change.tx, key, partId, images.slice(at, at + 1));
    const own = pictures.length === 0 ? { text } : { text, pictures };
    const steer = await createSteer(change.tx, turnKey, { id: newId("steer"), ...own, clientRequestId, createdAt: change.now });
    await change.append([{ type: "steer.updated", data: { steer } }]);
    return { turnId, messageId: null, steerId: steer.id };
  });
}

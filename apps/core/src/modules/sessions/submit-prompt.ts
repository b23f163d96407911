import { AppError } from "../../platform/errors.ts";
import { type MessageId, newId, type TurnId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { resolveModel } from "../providers/index.ts";
import { changeSession, type SessionChange } from "./change-session.ts";
import { promptSchema, turnSubmitted } from "./contract.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { activeStates, countTurns, createTurn, findSubmitted, lockSession, toTurnView, updateSession } from "./repo.ts";
import { titleOf } from "./title-of.ts";

export interface SubmitPromptInput extends SessionKey {
  readonly prompt: string;
  /** the session's own model when left out; the session takes the new one over */
  readonly model?: string | undefined;
  /** the same id again gives the first answer again */
  readonly clientRequestId?: string | undefined;
}

export interface SubmittedPrompt {
  readonly turnId: TurnId;
  readonly messageId: MessageId;
}

/**
 * Takes a prompt: message, turn, log and outbox in one transaction. When a turn of the session is active the new one
 * is queued and starts when that one has ended. NOT_FOUND for a foreign session, CONFLICT when the queue is full or
 * the session is archived, BAD_REQUEST for a prompt that `promptSchema` refuses or a model that can't be called.
 */
export async function submitPrompt(input: SubmitPromptInput): Promise<SubmittedPrompt> {
  const prompt = parsePrompt(input.prompt);
  const key: SessionKey = { workspaceId: input.workspaceId, sessionId: input.sessionId };
  const model = input.model === undefined ? undefined : (await resolveModel(input.workspaceId, input.model)).info.id;
  return changeSession(key, (change) => submitIn(change, key, { prompt, model, clientRequestId: input.clientRequestId }));
}

/** The prompt as it is stored; BAD_REQUEST with the schema's sentence otherwise. */
export function parsePrompt(text: string): string {
  const parsed = promptSchema.safeParse(text);
  if (!parsed.success) throw new AppError("BAD_REQUEST", parsed.error.issues[0]?.message ?? "The prompt can't be used.");
  return parsed.data;
}

/** `submitPrompt` inside a transaction that does more, such as the creation of the session. */
export async function submitIn(
  change: SessionChange,
  key: SessionKey,
  input: { prompt: string; model?: string | undefined; clientRequestId?: string | undefined },
): Promise<SubmittedPrompt> {
  const { tx, now } = change;
  const session = await lockSession(tx, key);
  const { clientRequestId } = input;
  const repeated = clientRequestId ? await findSubmitted(tx, key, clientRequestId) : null;
  if (repeated) return repeated;
  const [turnId, messageId] = [newId("turn"), newId("message")];
  if (session.archivedAt) throw new AppError("CONFLICT", "This session is archived. Start a new one.");
  const queued = await countTurns(tx, key, ["queued"]);
  if (queued >= limits.turn.maxQueuedPerSession) {
    throw new AppError("CONFLICT", `${queued} prompts already wait in this session. Let the agent catch up, or stop it first.`);
  }
  const active = await countTurns(tx, key, activeStates);
  const model = input.model ?? session.model;
  const turn = await createTurn(tx, { ...key, turnId }, { model, clientRequestId: clientRequestId ?? null });
  const isFirst = turn.ordinal === 1;
  const title = isFirst && session.title === "" ? titleOf(input.prompt) : undefined;
  const state = active + queued === 0 ? ("queued" as const) : undefined;
  await updateSession(tx, key, { ...(title ? { title } : {}), ...(state ? { state } : {}), ...(model === session.model ? {} : { model }) });
  const at = now.toISOString();
  await change.append([
    { type: "turn.updated", data: { turn: toTurnView(turn) } },
    { type: "message.created", data: { message: { id: messageId, turnId, role: "user", createdAt: at } } },
    {
      type: "part.updated",
      data: { part: { id: newId("part"), messageId, ordinal: 0, type: "text", text: input.prompt, endedAt: at } },
    },
    ...(title || state ? [{ type: "session.updated" as const, data: { ...(title ? { title } : {}), ...(state ? { state } : {}) } }] : []),
  ]);
  if (state) await change.emit(turnSubmitted, { workspaceId: key.workspaceId, sessionId: key.sessionId, turnId });
  return { turnId, messageId };
}

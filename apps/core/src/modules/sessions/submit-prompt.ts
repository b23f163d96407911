import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import { type MessageId, newId, type TurnId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { resolveModel } from "../providers/index.ts";
import { findPromptPlace } from "./agents/agent-repo.ts";
import { callableModel } from "./agents/choose-model.ts";
import { resolvePrimaryAgent } from "./agents/resolve-agent.ts";
import { changeSession, type SessionChange } from "./change-session.ts";
import { type PreparedPrompt, preparePrompt } from "./commands/prepare-prompt.ts";
import { type Part, type PromptImage, promptSchema, titleWanted, turnSubmitted } from "./contract.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { insertPartImages } from "./part-images/part-image-repo.ts";
import { readPromptImages, refuseBlindModel } from "./part-images/prompt-images.ts";
import { activeStates, countTurns, createTurn, findSubmitted, lockSession, toTurnView, updateSession } from "./repo.ts";
import { settleRevert } from "./revert/settle-revert.ts";
import { checkOutputSchema, type JsonSchema, storable } from "./structured-output/output-tool.ts";
import { needsTitle, titleOf } from "./title-of.ts";

export interface SubmitPromptInput extends SessionKey {
  readonly prompt: string;
  /** pictures that belong to it */
  readonly images?: readonly PromptImage[] | undefined;
  /** the session's own model when left out; the session takes the new one over */
  readonly model?: string | undefined;
  /** who does it; the session's own agent when left out; the session takes the new one over */
  readonly agent?: string | undefined;
  /** a JSON schema that the turn's answer has to fit; the answer is the turn's `output` */
  readonly outputSchema?: JsonSchema | undefined;
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
 * the session is archived, BAD_REQUEST for a prompt that `promptSchema` refuses, a model that can't be
 * called, and pictures that can't be used or that the model can't see.
 */
export async function submitPrompt(input: SubmitPromptInput): Promise<SubmittedPrompt> {
  const prompt = parsePrompt(input.prompt);
  const images = readPromptImages(input.images);
  const { workspaceId } = input;
  const key: SessionKey = { workspaceId, sessionId: input.sessionId };
  const { place, isChild, model: ownModel } = await withTenant(workspaceId, (tx) => findPromptPlace(tx, key));
  if (isChild) throw new AppError("CONFLICT", "A sub-agent works in this session. Write to the session that it works for.");
  const prepared = await preparePrompt(place, prompt);
  const chosen = input.agent === undefined ? null : await resolvePrimaryAgent(place, input.agent);
  const ofCommand = prepared.agent === null ? null : await resolvePrimaryAgent(place, prepared.agent);
  // What is named for this prompt goes before what its agent would take.
  const wanted = input.model ?? (await callableModel(workspaceId, chosen?.model ?? null, key));
  const wantedByCommand = prepared.model ?? (await callableModel(workspaceId, ofCommand?.model ?? null, key));
  const [model, commandModel] = await Promise.all([wanted, wantedByCommand].map((id) => modelOf(key, id)));
  if (images.length > 0) await refuseBlindModel(key, commandModel ?? model ?? ownModel);
  const agent = chosen?.name;
  if (input.outputSchema) checkOutputSchema(input.outputSchema);
  const given = { model, agent, clientRequestId: input.clientRequestId, outputSchema: input.outputSchema };
  return changeSession(key, (change) => submitIn(change, key, { ...given, prompt: { ...prepared, images, model: commandModel ?? null } }));
}

async function modelOf({ workspaceId, sessionId }: SessionKey, id: string | undefined): Promise<string | undefined> {
  return id === undefined ? undefined : (await resolveModel(workspaceId, id, { sessionId })).info.id;
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
  input: {
    prompt: PreparedPrompt;
    model?: string | undefined;
    agent?: string | undefined;
    outputSchema?: JsonSchema | undefined;
    clientRequestId?: string | undefined;
  },
): Promise<SubmittedPrompt> {
  const { tx, now } = change;
  const session = await lockSession(tx, key);
  const { clientRequestId } = input;
  const repeated = clientRequestId ? await findSubmitted(tx, key, clientRequestId) : null;
  if (repeated) return repeated;
  const [turnId, messageId] = [newId("turn"), newId("message")];
  if (session.archivedAt) throw new AppError("CONFLICT", "This session is archived. Start a new one.");
  await settleRevert(change, key, session);
  const queued = await countTurns(tx, key, ["queued"]);
  if (queued >= limits.turn.maxQueuedPerSession) {
    throw new AppError("CONFLICT", `${queued} prompts already wait in this session. Let the agent catch up, or stop it first.`);
  }
  const active = await countTurns(tx, key, activeStates);
  const { prompt } = input;
  const [sessionModel, sessionAgent] = [input.model ?? session.model, input.agent ?? session.agent];
  // What a command names holds for its turn only.
  const [model, agent] = [prompt.model ?? sessionModel, prompt.agent ?? sessionAgent];
  const turn = await createTurn(
    tx,
    { ...key, turnId },
    {
      model,
      agent,
      clientRequestId: clientRequestId ?? null,
      ...(input.outputSchema ? { outputSchema: storable(input.outputSchema) } : {}),
    },
  );
  const isUntitled = turn.ordinal === 1 && session.title === "";
  const title = isUntitled ? titleOf(prompt.text) : undefined;
  const state = active + queued === 0 ? ("queued" as const) : undefined;
  await updateSession(tx, key, {
    ...(title ? { title } : {}),
    ...(state ? { state } : {}),
    ...(sessionModel === session.model ? {} : { model: sessionModel }),
    ...(sessionAgent === session.agent ? {} : { agent: sessionAgent }),
  });
  const at = now.toISOString();
  const parts = promptParts(prompt, messageId, at);
  for (const [index, part] of parts.filter(({ type }) => type === "image").entries()) {
    const image = prompt.images[index];
    if (image) await insertPartImages(tx, key, part.id, [image]);
  }
  await change.append([
    { type: "turn.updated", data: { turn: toTurnView(turn) } },
    { type: "message.created", data: { message: { id: messageId, turnId, role: "user", createdAt: at } } },
    ...parts.map((part) => ({ type: "part.updated" as const, data: { part } })),
    ...(title || state ? [{ type: "session.updated" as const, data: { ...(title ? { title } : {}), ...(state ? { state } : {}) } }] : []),
  ]);
  const turnKey = { workspaceId: key.workspaceId, sessionId: key.sessionId, turnId };
  if (state) await change.emit(turnSubmitted, turnKey);
  if (turn.ordinal === 1 && session.parentSessionId === null && needsTitle(prompt.text)) await change.emit(titleWanted, turnKey);
  return { turnId, messageId };
}

function promptParts({ text, expanded, images, files, agents, subtask }: PreparedPrompt, messageId: MessageId, at: string): Part[] {
  const parts: PartBody[] = [
    { type: "text", text, ...(expanded === null ? {} : { expanded }), endedAt: at },
    ...images.map(({ name, mime, sizeBytes, width, height }): PartBody => ({ type: "image", name, mime, sizeBytes, width, height })),
    ...files.map((path): PartBody => ({ type: "file", path, state: "pending", text: null, truncated: false })),
    ...agents.map((name): PartBody => ({ type: "agent", name })),
    ...(subtask ? [{ type: "subtask" as const, ...subtask }] : []),
  ];
  return parts.map((part, ordinal) => ({ id: newId("part"), messageId, ordinal, ...part }));
}

type Bodies<P> = P extends Part ? Omit<P, "id" | "messageId" | "ordinal"> : never;
/** A part without its place. */
type PartBody = Bodies<Part>;

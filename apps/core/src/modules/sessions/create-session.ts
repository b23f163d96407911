import { type Tx, withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { newId, type RepositoryId, type SessionId, type TurnId, type WorkspaceId } from "../../platform/ids.ts";
import { modelChooser, resolveModel } from "../providers/index.ts";
import type { PermissionRule } from "../tools/contract.ts";
import { callableModel } from "./agents/choose-model.ts";
import { resolvePrimaryAgent } from "./agents/resolve-agent.ts";
import { changeSession } from "./change-session.ts";
import { preparePrompt } from "./commands/prepare-prompt.ts";
import type { Actor, PromptImage } from "./contract.ts";
import { readPromptImages, refuseBlindModel } from "./part-images/prompt-images.ts";
import { createSessionRecord, findCreated, findUsableRepository } from "./repo.ts";
import { checkOutputSchema, type JsonSchema } from "./structured-output/output-tool.ts";
import { parsePrompt, submitIn } from "./submit-prompt.ts";
import { titleOf } from "./title-of.ts";

export interface CreateSessionInput {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly actor: Actor;
  readonly origin: "browser" | "api" | "github" | "channel" | "cli" | "schedule";
  /** the first prompt; without one the session stays empty */
  readonly prompt?: string | undefined;
  /** pictures that belong to the prompt */
  readonly images?: readonly PromptImage[] | undefined;
  /** the workspace's default model when left out */
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
  /** the session's own rules, heard after all others but the workspace's policy */
  readonly permission?: readonly PermissionRule[] | undefined;
  /** the group whose sessions have the same task */
  readonly compareGroupId?: string | undefined;
  /** a JSON schema that the first turn's answer has to fit */
  readonly outputSchema?: JsonSchema | undefined;
  /** the same id again, from the same actor, gives the first answer again */
  readonly clientRequestId?: string | undefined;
}

interface CreatedSession {
  readonly sessionId: SessionId;
  readonly turnId: TurnId | null;
}

/**
 * A new session, with its first turn when there is a prompt; one transaction. NOT_FOUND for a foreign or removed
 * repository, BAD_REQUEST for a bad prompt, agent or model.
 */
export async function createSession(input: CreateSessionInput): Promise<CreatedSession> {
  const { workspaceId, actor } = input;
  // One caller's ids are not another's.
  const clientRequestId = input.clientRequestId === undefined ? null : `${actor.id}:${input.clientRequestId}`;
  const repeated = clientRequestId && (await withTenant(workspaceId, (tx) => findCreated(tx, workspaceId, clientRequestId)));
  if (repeated) return repeated;
  const prompt = input.prompt === undefined ? undefined : parsePrompt(input.prompt);
  const images = readPromptImages(input.images);
  if (input.outputSchema) checkOutputSchema(input.outputSchema);
  const repository = await withTenant(workspaceId, (tx) => findUsableRepository(tx, input));
  if (!repository) throw notFound("The repository");
  const place = { workspaceId, repositoryId: input.repositoryId, commit: repository.headCommit };
  const agent = await resolvePrimaryAgent(place, input.agent);
  const prepared = prompt === undefined ? null : await preparePrompt(place, prompt);
  const chooser = await modelChooser(workspaceId, actor);
  const model = (await resolveModel(workspaceId, input.model ?? (await callableModel(workspaceId, agent.model, chooser)), chooser)).info.id;
  if (images.length > 0) await refuseBlindModel({ workspaceId }, model);
  const key = { workspaceId, sessionId: newId("session") };
  return changeSession(key, async (change) => {
    if (!(await findUsableRepository(change.tx, input))) throw notFound("The repository");
    const title = prompt === undefined ? "" : titleOf(prompt);
    const { repositoryId, origin, permission } = input;
    const { compareGroupId = null } = input;
    const record = { repositoryId, title, origin, actor, agent: agent.name, model, clientRequestId, compareGroupId, permission };
    if (!(await createSessionRecord(change.tx, key, record))) return findFirst(change.tx, workspaceId, clientRequestId);
    await change.append([{ type: "session.updated", data: { title, state: "idle" } }]);
    return {
      sessionId: key.sessionId,
      turnId:
        prepared === null
          ? null
          : (await submitIn(change, key, { prompt: { ...prepared, images }, outputSchema: input.outputSchema })).turnId,
    };
  });
}

/** What the same request made that came at the same moment and was faster. */
async function findFirst(tx: Tx, workspaceId: WorkspaceId, clientRequestId: string | null): Promise<CreatedSession> {
  const first = clientRequestId === null ? null : await findCreated(tx, workspaceId, clientRequestId);
  if (!first) throw new AppError("CONFLICT", "This session was being made already. Try again.");
  return first;
}

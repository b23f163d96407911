import { AppError, notFound } from "../../platform/errors.ts";
import { newId, type RepositoryId, type SessionId, type TurnId, type WorkspaceId } from "../../platform/ids.ts";
import { resolveModel } from "../providers/index.ts";
import { changeSession } from "./change-session.ts";
import type { Actor } from "./contract.ts";
import { createSessionRecord, findUsableRepository } from "./repo.ts";
import { parsePrompt, submitIn } from "./submit-prompt.ts";
import { titleOf } from "./title-of.ts";

export interface CreateSessionInput {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly actor: Actor;
  readonly origin: "browser" | "api" | "github" | "channel" | "cli" | "schedule";
  /** the first prompt; without one the session stays empty */
  readonly prompt?: string | undefined;
  /** the workspace's default model when left out */
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
}

/**
 * A new session, with its first turn when there is a prompt; one transaction. NOT_FOUND for a foreign or removed
 * repository, BAD_REQUEST for a bad prompt, agent or model.
 */
export async function createSession(input: CreateSessionInput): Promise<{ sessionId: SessionId; turnId: TurnId | null }> {
  const prompt = input.prompt === undefined ? undefined : parsePrompt(input.prompt);
  const agent = input.agent ?? "build";
  if (agent !== "build") throw new AppError("BAD_REQUEST", `There is no agent named "${agent}". Take "build".`);
  const model = (await resolveModel(input.workspaceId, input.model)).info.id;
  const key = { workspaceId: input.workspaceId, sessionId: newId("session") };
  const turnId = await changeSession(key, async (change) => {
    if (!(await findUsableRepository(change.tx, input))) throw notFound("The repository");
    const title = prompt === undefined ? "" : titleOf(prompt);
    const { repositoryId, origin, actor } = input;
    await createSessionRecord(change.tx, key, { repositoryId, title, origin, actor, agent, model });
    await change.append([{ type: "session.updated", data: { title, state: "idle" } }]);
    return prompt === undefined ? null : (await submitIn(change, key, { prompt })).turnId;
  });
  return { sessionId: key.sessionId, turnId };
}

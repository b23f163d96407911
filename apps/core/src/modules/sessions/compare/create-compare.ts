import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { newId, type RepositoryId, type SessionId, type WorkspaceId } from "../../../platform/ids.ts";
import { modelChooser, resolveModel } from "../../providers/index.ts";
import { resolvePrimaryAgent } from "../agents/resolve-agent.ts";
import type { Actor, PromptImage } from "../contract.ts";
import { createSession } from "../create-session.ts";
import { readPromptImages, refuseBlindModel } from "../part-images/prompt-images.ts";
import { findUsableRepository } from "../repo.ts";
import { parsePrompt } from "../submit-prompt.ts";
import { titleOf } from "../title-of.ts";
import { createGroup } from "./compare-repo.ts";

interface CreateCompareInput {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly actor: Actor;
  readonly origin: "browser" | "api";
  readonly prompt: string;
  readonly images?: readonly PromptImage[] | undefined;
  readonly attempts: readonly { readonly model?: string | undefined; readonly agent?: string | undefined }[];
  /** the same id again, from the same actor, gives the first answer again */
  readonly clientRequestId?: string | undefined;
}

/**
 * Gives the same task to several sessions, each with a sandbox of its own. All that could be refused is looked at
 * before the first one starts. The same request again starts what is missing and nothing twice.
 */
export async function createCompare(input: CreateCompareInput): Promise<{ groupId: string; sessionIds: SessionId[] }> {
  const { workspaceId, repositoryId, actor, origin } = input;
  const prompt = parsePrompt(input.prompt);
  const images = readPromptImages(input.images);
  const repository = await withTenant(workspaceId, (tx) => findUsableRepository(tx, { workspaceId, repositoryId }));
  if (!repository) throw notFound("The repository");
  const place = { workspaceId, repositoryId, commit: repository.headCommit };
  const chooser = await modelChooser(workspaceId, actor);
  for (const { model, agent } of input.attempts) {
    const { info } = await resolveModel(workspaceId, model, chooser);
    if (images.length > 0) await refuseBlindModel({ workspaceId }, info.id);
    await resolvePrimaryAgent(place, agent);
  }
  const clientRequestId = input.clientRequestId === undefined ? null : `${actor.id}:${input.clientRequestId}`;
  const group = { repositoryId, title: titleOf(prompt), prompt, clientRequestId, createdById: actor.id };
  const groupId = await withTenant(workspaceId, (tx) => createGroup(tx, { workspaceId, groupId: newId("compareGroup") }, group));
  const sessionIds: SessionId[] = [];
  for (const [index, { model, agent }] of input.attempts.entries()) {
    const own = { model, agent, compareGroupId: groupId, clientRequestId: `${groupId}:${index}` };
    sessionIds.push((await createSession({ workspaceId, repositoryId, actor, origin, prompt, images: input.images, ...own })).sessionId);
  }
  return { groupId, sessionIds };
}

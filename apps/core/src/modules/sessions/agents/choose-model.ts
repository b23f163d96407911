import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { resolveModel } from "../../providers/index.ts";
import { readProjectConfig } from "../../repositories/index.ts";
import type { Agent } from "./agent.ts";
import { smallModelOf } from "./small-model.ts";

interface Place {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly commit: string | null;
}

/**
 * The model that an agent works with: its own, the small one when it asks for that, else `otherwise`. One that the
 * workspace can't call is passed over.
 */
export async function chooseModel(place: Place, agent: Pick<Agent, "model" | "small">, otherwise: string): Promise<string> {
  const config = place.commit === null ? {} : (await readProjectConfig({ ...place, commit: place.commit })).config;
  const wishes = agent.model !== null ? [agent.model] : agent.small ? [config.small_model, smallModelOf(otherwise)] : [];
  for (const wish of wishes) {
    if (wish && (await canCall(place.workspaceId, wish))) return wish;
  }
  return otherwise;
}

async function canCall(workspaceId: WorkspaceId, model: string): Promise<boolean> {
  try {
    await resolveModel(workspaceId, model);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_REQUEST") return false;
    throw error;
  }
}

/** The model when the workspace can call it; undefined otherwise. */
export async function callableModel(workspaceId: WorkspaceId, model: string | null): Promise<string | undefined> {
  return model !== null && (await canCall(workspaceId, model)) ? model : undefined;
}

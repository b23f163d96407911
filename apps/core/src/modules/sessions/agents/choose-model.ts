import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { type ModelChooser, resolveModel } from "../../providers/index.ts";
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
 * workspace can't call, or its chooser may not, is passed over.
 */
export async function chooseModel(
  place: Place,
  agent: Pick<Agent, "model" | "small">,
  otherwise: string,
  chooser: ModelChooser,
): Promise<string> {
  const config = place.commit === null ? {} : (await readProjectConfig({ ...place, commit: place.commit })).config;
  const wishes = agent.model !== null ? [agent.model] : agent.small ? [config.small_model, smallModelOf(otherwise)] : [];
  for (const wish of wishes) {
    if (wish && (await canCall(place.workspaceId, wish, chooser))) return wish;
  }
  return otherwise;
}

async function canCall(workspaceId: WorkspaceId, model: string, chooser: ModelChooser | undefined): Promise<boolean> {
  try {
    await resolveModel(workspaceId, model, chooser);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_REQUEST") return false;
    throw error;
  }
}

/** The model when the workspace can call it, and its chooser may; undefined otherwise. */
export async function callableModel(
  workspaceId: WorkspaceId,
  model: string | null,
  chooser: ModelChooser | undefined,
): Promise<string | undefined> {
  return model !== null && (await canCall(workspaceId, model, chooser)) ? model : undefined;
}

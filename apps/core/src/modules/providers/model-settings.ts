import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { recordAudit } from "../tenancy/index.ts";
import { forgetServerLists } from "./adapters/list-server-models.ts";
import { loadCallSetup } from "./call-setup.ts";
import { findCircuits } from "./circuit-repo.ts";
import type { CircuitView, CustomModel, CustomModelView, ModelInfo, ModelSettings } from "./contract.ts";
import { offeredModels } from "./list-models.ts";
import { deleteCustomModel, findCustomModels, findSettings, saveCustomModel, saveSettings } from "./settings-repo.ts";

interface Acting {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
}

/** What the workspace has set about models. */
export async function getModelSettings(workspaceId: WorkspaceId): Promise<ModelSettings> {
  return withTenant(workspaceId, (tx) => findSettings(tx, workspaceId));
}

/** Sets it anew, whole; holds from the next call on. */
export async function setModelSettings({ workspaceId, actorId }: Acting, settings: ModelSettings): Promise<ModelSettings> {
  await withTenant(workspaceId, async (tx) => {
    await saveSettings(tx, workspaceId, settings);
    const { rules, chains, unknownPrice, maxConcurrentCalls } = settings;
    const data = {
      rules: rules.map(({ pattern, who }) => `${pattern}: ${typeof who === "string" ? who : who.userIds.join(" ")}`),
      chains: chains.map(({ model, fallbacks }) => [model, ...fallbacks].join(" → ")),
      unknownPrice,
      maxConcurrentCalls,
    };
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.setSettings", subjectId: workspaceId, data });
  });
  return settings;
}

/** The models that the workspace has described itself. */
export async function listCustomModels(workspaceId: WorkspaceId): Promise<CustomModelView[]> {
  return withTenant(workspaceId, (tx) => findCustomModels(tx, workspaceId));
}

/** Describes a model; one of the same id is described anew. */
export async function putCustomModel({ workspaceId, actorId }: Acting, model: CustomModel): Promise<CustomModelView> {
  return withTenant(workspaceId, async (tx) => {
    const saved = await saveCustomModel(tx, workspaceId, actorId, model);
    const data = { modelId: model.modelId, inputPrice: model.price?.input ?? null, outputPrice: model.price?.output ?? null };
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.saveModel", subjectId: saved.id, data });
    return saved;
  });
}

/** Takes a description back. NOT_FOUND for a foreign one. */
export async function removeCustomModel({ workspaceId, actorId }: Acting, id: string): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    const modelId = await deleteCustomModel(tx, workspaceId, id);
    if (modelId === null) throw notFound("The model");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.removeModel", subjectId: id, data: { modelId } });
  });
}

/** Every model that there is, also those that nobody may use: for the page on which that is decided. */
export async function listOffered(workspaceId: WorkspaceId, { fresh = false } = {}): Promise<ModelInfo[]> {
  if (fresh) forgetServerLists();
  return offeredModels(await loadCallSetup(workspaceId));
}

/** The sources that have failed lately. */
export async function listCircuits(workspaceId: WorkspaceId): Promise<CircuitView[]> {
  const circuits = await withTenant(workspaceId, (tx) => findCircuits(tx, workspaceId));
  return circuits.map(({ source, failures, lastCode, openUntil }) => {
    const [provider = source] = source.split(":", 1);
    return { provider, source, failures, lastCode, openUntil };
  });
}

import { AppError } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { listServerModels } from "./adapters/list-server-models.ts";
import { demoModel } from "./demo/demo-model.ts";
import { listModels, modelInfo } from "./list-models.ts";
import type { ResolvedModel } from "./model-source.ts";
import { modelSources } from "./model-sources.ts";

/**
 * The model that an id means, or the workspace's default without one. Throws BAD_REQUEST with the ids that
 * can be taken instead. A model newer than our catalogue may be named; its provider decides.
 */
export async function resolveModel(workspaceId: WorkspaceId, id?: string): Promise<ResolvedModel> {
  const wanted = id ?? (await listModels(workspaceId)).defaultModel ?? demoModel.id;
  if (wanted === demoModel.id) return { info: demoModel, name: demoModel.id, source: null };
  const slash = wanted.indexOf("/");
  const [provider, name] = [wanted.slice(0, Math.max(slash, 0)), wanted.slice(slash + 1)];
  const source = (await modelSources(workspaceId)).find((candidate) => candidate.provider === provider);
  if (!source || name === "" || !(await offers(source, name))) throw await unknownModel(workspaceId, wanted);
  return { info: modelInfo(source, name), name, source };
}

async function offers(source: NonNullable<ResolvedModel["source"]>, name: string): Promise<boolean> {
  if (source.kind !== "openai-compatible") return true;
  const listed = await listServerModels(source);
  // A server without a list, or one that is down at the moment, is asked by the call itself.
  return listed === null || listed.names.length === 0 || listed.names.includes(name);
}

async function unknownModel(workspaceId: WorkspaceId, wanted: string): Promise<AppError> {
  const { models } = await listModels(workspaceId);
  const ids = models.map((model) => model.id);
  const shown = ids.slice(0, 12).join(", ") + (ids.length > 12 ? ` and ${ids.length - 12} more` : "");
  return new AppError(
    "BAD_REQUEST",
    `The model "${wanted.slice(0, 100)}" is not available in this workspace. Take one of: ${shown}. More come with a key in Settings → Providers.`,
  );
}

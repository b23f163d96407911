import type { WorkspaceId } from "../../platform/ids.ts";
import { listServerModels } from "./adapters/list-server-models.ts";
import { catalogueOf, findInCatalogue } from "./catalogue.ts";
import type { ModelInfo, ModelList } from "./contract.ts";
import { demoModel } from "./demo/demo-model.ts";
import type { ModelSource } from "./model-source.ts";
import { modelSources } from "./model-sources.ts";

/** What is known of a model that a source offers; prices and sizes are null when nobody published them. */
export function modelInfo(source: ModelSource, name: string): ModelInfo {
  const known = findInCatalogue(source.kind, name);
  return {
    id: `${source.provider}/${name}`,
    name: known?.label ?? name,
    provider: source.provider,
    source: source.source,
    contextTokens: known?.contextTokens ?? null,
    maxOutputTokens: known?.maxOutputTokens ?? null,
    price: known?.price ?? null,
  };
}

/** A source's models: the catalogue's for the two big providers, what the server lists for a compatible one. */
export async function modelsOfSource(source: ModelSource): Promise<ModelInfo[]> {
  const listed = source.kind === "openai-compatible" ? await listServerModels(source) : null;
  const names = listed?.names ?? catalogueOf(source.kind).map((model) => model.name);
  return names.map((name) => modelInfo(source, name));
}

/** Models that answer with vectors, sounds or pictures can't do the agent's work. */
const notForChat = /embed|whisper|tts|rerank|moderation|dall-e|image/i;

/** Every model that the workspace can call. A server that does not answer offers none, without holding up the page. */
export async function listModels(workspaceId: WorkspaceId): Promise<ModelList> {
  const sources = await modelSources(workspaceId);
  const perSource = await Promise.all(sources.map(modelsOfSource));
  const callable = perSource.flat().filter((model) => !notForChat.test(model.id));
  return {
    models: [...callable, demoModel],
    defaultModel: callable[0]?.id ?? demoModel.id,
    demoOnly: callable.length === 0,
  };
}

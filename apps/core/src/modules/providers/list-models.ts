import { env } from "../../platform/env.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { listServerModels } from "./adapters/list-server-models.ts";
import { type CallSetup, loadCallSetup } from "./call-setup.ts";
import { catalogueOf, findClaude, findInCatalogue, findProvider } from "./catalogue/catalogue.ts";
import type { CustomModel, ModelAbilities, ModelInfo, ModelList } from "./contract.ts";
import { demoModel } from "./demo/demo-model.ts";
import { type ModelUser, operatorAllows, rulesAllow } from "./model-policy.ts";
import type { ModelSource } from "./model-source.ts";

const unknownAbilities: ModelAbilities = { tools: null, images: null, reasoning: null, structuredOutput: null };

/** What is known of a model that a source offers; prices and sizes are null when nobody published them. The workspace's own words come first. */
export function modelInfo(source: ModelSource, name: string, custom?: CustomModel): ModelInfo {
  const known = findInCatalogue(source.provider, name);
  const related = known ?? (source.kind === "anthropic" ? findClaude(name) : null);
  return {
    id: `${source.provider}/${name}`,
    name: custom?.label ?? known?.label ?? name,
    provider: source.provider,
    providerName: findProvider(source.provider)?.name ?? source.provider,
    source: source.source,
    contextTokens: custom?.contextTokens ?? related?.contextTokens ?? null,
    maxOutputTokens: custom?.maxOutputTokens ?? related?.maxOutputTokens ?? null,
    price: custom?.price ?? known?.price ?? null,
    abilities: custom?.abilities ?? related?.abilities ?? unknownAbilities,
    isCustom: custom !== undefined,
  };
}

/** A source's models: what the server lists, where there is a list, else the catalogue's; and those that the workspace has described. */
async function modelsOfSource(source: ModelSource, custom: readonly CustomModel[]): Promise<ModelInfo[]> {
  const own = new Map(
    custom.flatMap((model) => {
      const slash = model.modelId.indexOf("/");
      return model.modelId.slice(0, slash) === source.provider ? [[model.modelId.slice(slash + 1), model] as const] : [];
    }),
  );
  const names = new Set([...own.keys(), ...(await offeredNames(source))]);
  return [...names].map((name) => modelInfo(source, name, own.get(name)));
}

/** Well-known ones first: their order in the catalogue says which are to be preferred. */
async function offeredNames(source: ModelSource): Promise<readonly string[]> {
  const known = catalogueOf(source.provider).map((model) => model.name);
  const entry = findProvider(source.provider);
  if (source.kind !== "openai-compatible" || entry?.lists === false) return known;
  const listed = await listServerModels(source);
  if (listed === null) return known;
  const there = new Set(listed.names);
  return [...known.filter((name) => there.has(name)), ...listed.names.filter((name) => !known.includes(name))];
}

/** Models that answer with vectors, sounds or pictures can't do the agent's work. */
const notForChat = /embed|whisper|tts|rerank|moderation|dall-e|image|veo-|lyria|sora|realtime|transcribe/i;

/** True when the installation and the workspace let somebody use a model. */
export function isAllowed(setup: Pick<CallSetup, "settings">, modelId: string, user: ModelUser | null): boolean {
  return operatorAllows(env().MODELS_ALLOWED, modelId) && rulesAllow(setup.settings.rules, modelId, user);
}

/** Every model that the workspace can call, whoever asks. A server that does not answer offers none, without holding up the page. */
export async function offeredModels(setup: CallSetup): Promise<ModelInfo[]> {
  const perSource = await Promise.all(setup.sources.map((source) => modelsOfSource(source, setup.custom)));
  return perSource.flat().filter((model) => model.isCustom || !notForChat.test(model.id));
}

/** Every model that somebody may call; null shows what anybody may. */
export async function listModels(workspaceId: WorkspaceId, user: ModelUser | null = null): Promise<ModelList> {
  const setup = await loadCallSetup(workspaceId);
  return listOf(setup, user);
}

/** The same, with what was loaded already. */
export async function listOf(setup: CallSetup, user: ModelUser | null): Promise<ModelList> {
  const offered = await offeredModels(setup);
  const callable = offered.filter((model) => isAllowed(setup, model.id, user));
  return {
    models: [...callable, demoModel],
    // The agent's work is done with tools.
    defaultModel: (callable.find(({ abilities }) => abilities.tools !== false) ?? callable[0])?.id ?? demoModel.id,
    demoOnly: callable.length === 0,
  };
}

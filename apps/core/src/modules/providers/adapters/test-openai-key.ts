import OpenAI from "openai";
import { findProvider } from "../catalogue/catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import { openAiClient, openAiFault } from "./openai-client.ts";
import { WireFault } from "./wire-fault.ts";

/**
 * The cheapest calls that prove a key: the list of models, and, at a server that shows its list to anybody, one token
 * of its first model. Throws WireFault.
 */
export async function testOpenAiKey(source: ModelSource, signal: AbortSignal): Promise<void> {
  try {
    const entry = findProvider(source.provider);
    const known = entry?.models.find((model) => model.abilities.tools) ?? entry?.models[0];
    if (entry?.lists === false && known) {
      await askOneToken(source, known.name, signal, isAboutModel);
      return;
    }
    const models = await listModels(source, signal);
    const [first] = models;
    if (source.kind === "openai" || source.apiKey === "" || first === undefined) return;
    const stranger = { ...source, apiKey: "not-a-key" };
    const isOpen = await listModels(stranger, signal).then(
      () => true,
      () => false,
    );
    if (isOpen) await askOneToken(source, first, signal, (status) => status !== 401 && status !== 403);
  } catch (error) {
    throw openAiFault(error, signal, false);
  }
}

async function listModels(source: ModelSource, signal: AbortSignal): Promise<string[]> {
  const page: { data?: unknown } = await openAiClient(source).models.list({ signal });
  const ids = Array.isArray(page.data) ? page.data.flatMap((model: unknown) => (isModel(model) ? [model.id] : [])) : [];
  // The SDK takes any page of HTML for an empty list.
  if (ids.length === 0) throw new WireFault({ kind: "malformed", detail: "no list of models" });
  return ids;
}

function isModel(value: unknown): value is { id: string } {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}

/** An account need not have the model that is asked. */
const isAboutModel = (status: number | undefined) => status === 400 || status === 404 || status === 422;

// Only a refusal of the key counts: the first model of a list need not be one that can talk.
async function askOneToken(
  source: ModelSource,
  model: string,
  signal: AbortSignal,
  isForgiven: (status: number | undefined) => boolean,
): Promise<void> {
  try {
    await openAiClient(source).chat.completions.create({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }, { signal });
  } catch (error) {
    if (!isForgiven(error instanceof OpenAI.APIError ? error.status : undefined)) throw error;
  }
}

import { findInCatalogue } from "./catalogue.ts";
import type { ModelInfo } from "./contract.ts";

/** The price of a model of the two big providers by its id, in micro-dollars a million tokens; null when unknown. */
export function priceOf(modelId: string): ModelInfo["price"] {
  const slash = modelId.indexOf("/");
  const provider = modelId.slice(0, Math.max(0, slash));
  if (provider !== "anthropic" && provider !== "openai") return null;
  return findInCatalogue(provider, modelId.slice(slash + 1))?.price ?? null;
}

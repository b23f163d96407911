import { findInCatalogue } from "./catalogue/catalogue.ts";
import type { ModelInfo } from "./contract.ts";

/** The catalogue's price of a model by its id, in micro-dollars a million tokens; null when unknown. */
export function priceOf(modelId: string): ModelInfo["price"] {
  const slash = modelId.indexOf("/");
  return findInCatalogue(modelId.slice(0, Math.max(0, slash)), modelId.slice(slash + 1))?.price ?? null;
}

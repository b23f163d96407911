import { findInCatalogue } from "./catalogue/catalogue.ts";
import type { ResolvedModel } from "./model-source.ts";
import type { PriceList } from "./price.ts";

export type KnownPrices = PriceList;

const free: PriceList = { price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } };

/** What a model costs: the workspace's word, else the catalogue's; nothing on this machine; null when nobody knows. */
export function pricesOf({ source, name, custom }: Pick<ResolvedModel, "source" | "name" | "custom">): KnownPrices | null {
  if (source === null) return free;
  if (custom?.price) return { price: custom.price };
  const known = findInCatalogue(source.provider, name);
  if (known?.price) return { price: known.price, ...(known.longPrompt ? { longPrompt: known.longPrompt } : {}) };
  return source.source === "local" ? free : null;
}

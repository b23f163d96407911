import type { CatalogueModel } from "./catalogue-model.ts";
import type { ProviderEntry } from "./provider-entry.ts";
import { providers } from "./providers.ts";

const byId = new Map(providers.map((entry) => [entry.id, entry]));

/** A provider by the first part of its models' ids; null for servers that people have named themselves. */
export function findProvider(id: string): ProviderEntry | null {
  return byId.get(id) ?? null;
}

/** The well-known models of a provider, the default one first; none for servers that list their own. */
export function catalogueOf(provider: string): readonly CatalogueModel[] {
  return findProvider(provider)?.models ?? [];
}

/** One entry by the provider's own name for the model; a dated name (`…-20260101`, `…-2026-01-01`) is its undated one's. */
export function findInCatalogue(provider: string, name: string): CatalogueModel | null {
  const models = catalogueOf(provider);
  const undated = name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, "");
  return models.find((model) => model.name === name) ?? models.find((model) => model.name === undated) ?? null;
}

/** What Anthropic itself says of a model that a cloud names in its own way (`us.anthropic.claude-opus-5-v1:0`, `claude-opus-5@20260101`). */
export function findClaude(name: string): CatalogueModel | null {
  const own = name
    .replace(/^(?:[a-z-]+\.)?anthropic\./, "")
    .replace(/@.*$/, "")
    .replace(/-v\d+(?::\d+)?$/, "");
  return findInCatalogue("anthropic", own);
}

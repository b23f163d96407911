import { providers } from "./catalogue/providers.ts";
import type { ProviderView } from "./contract.ts";
import { platformSources } from "./model-sources.ts";

/** Every provider that a key can be entered for. */
export function listProviders(): ProviderView[] {
  const onPlatform = new Set(platformSources().map((source) => source.provider));
  return providers.map(({ id, name, kind, fields, key, baseUrl, keyEnv, docsUrl, models }) => ({
    id,
    name,
    kind,
    fields,
    key,
    baseUrl,
    keyEnv,
    docsUrl,
    modelCount: models.length,
    onPlatform: onPlatform.has(id),
  }));
}

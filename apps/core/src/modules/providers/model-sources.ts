import { env } from "../../platform/env.ts";
import { unseal } from "../../platform/secrets.ts";
import { probeOllama } from "./adapters/list-server-models.ts";
import { findProvider } from "./catalogue/catalogue.ts";
import type { ProviderEntry } from "./catalogue/provider-entry.ts";
import { providers } from "./catalogue/providers.ts";
import type { ModelSource } from "./model-source.ts";
import type { StoredKey } from "./repo.ts";

/** The part of a compatible server's model ids before the slash: its key's label, in lower case with hyphens. */
export function providerOfLabel(label: string): string {
  const slug = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug || "server";
}

/** Names that a compatible server's label may not take: they mean something else in a model's id. */
export const reservedProviders: ReadonlySet<string> = new Set([...providers.map((entry) => entry.id), "demo"]);

/** The catalogue's address with the fields in it; null where the SDK knows it. */
export function filledAddress(entry: ProviderEntry, fields: Readonly<Record<string, string>>): string | null {
  // Vertex's "global" has no region in its name.
  if (entry.transport === "vertex" && fields.region === "global") return "https://aiplatform.googleapis.com/v1";
  return entry.baseUrl?.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? "") ?? null;
}

/** A key as a source; null for a provider that this version does not know. */
export function sourceOfKey(key: StoredKey): ModelSource | null {
  const entry = findProvider(key.provider);
  if (!entry) return null;
  return {
    provider: key.provider === "openai-compatible" ? providerOfLabel(key.label) : key.provider,
    kind: entry.kind,
    source: "workspace",
    apiKey: unseal(key.sealed, key.id),
    baseUrl: key.baseUrl ?? filledAddress(entry, key.fields),
    keyId: key.id,
    fields: key.fields,
    publicOnly: !env().SINGLE_MACHINE,
  };
}

const officialOpenAi = "https://api.openai.com";

/** What the operator gave at start: ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENAI_BASE_URL, and the keys of the other providers. */
export function platformSources(): ModelSource[] {
  const variables = env();
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL } = variables;
  const shared = { source: "platform", keyId: null, publicOnly: false } as const;
  const sources: ModelSource[] = [];
  if (ANTHROPIC_API_KEY) {
    sources.push({ ...shared, provider: "anthropic", kind: "anthropic", apiKey: ANTHROPIC_API_KEY, baseUrl: ANTHROPIC_BASE_URL ?? null });
  }
  if (OPENAI_BASE_URL && !OPENAI_BASE_URL.startsWith(officialOpenAi)) {
    sources.push({
      ...shared,
      provider: "openai-compatible",
      kind: "openai-compatible",
      apiKey: OPENAI_API_KEY ?? "",
      baseUrl: OPENAI_BASE_URL,
    });
  } else if (OPENAI_API_KEY) {
    sources.push({ ...shared, provider: "openai", kind: "openai", apiKey: OPENAI_API_KEY, baseUrl: OPENAI_BASE_URL ?? null });
  }
  const named: Readonly<Record<string, unknown>> = variables;
  for (const { id, kind, keyEnv, fields, baseUrl } of providers) {
    if (id === "anthropic" || kind !== "openai-compatible" || fields.length > 0 || id === "openai-compatible") continue;
    const apiKey = named[keyEnv[0] ?? ""];
    if (typeof apiKey === "string" && apiKey !== "") sources.push({ ...shared, provider: id, kind, apiKey, baseUrl });
  }
  return sources;
}

/** Ollama on this machine, when it answers. */
async function localSource(): Promise<ModelSource | null> {
  const baseUrl = env().OLLAMA_BASE_URL.replace(/\/+$/, "");
  if (!(await probeOllama(baseUrl))) return null;
  return {
    provider: "ollama",
    kind: "openai-compatible",
    source: "local",
    apiKey: "",
    baseUrl: `${baseUrl}/v1`,
    keyId: null,
    publicOnly: false,
  };
}

/** Everything that the workspace may call, the first of each provider's name winning: own keys (newest first), the platform's, this machine's, refused keys. */
export async function sourcesOfKeys(keys: readonly StoredKey[]): Promise<ModelSource[]> {
  const local = await localSource();
  const known = (some: readonly StoredKey[]) => some.flatMap((key) => sourceOfKey(key) ?? []);
  const accepted = known(keys.filter((key) => key.status !== "invalid"));
  // A key that its provider has refused is taken only where there is no other right to call it.
  const refused = known(keys.filter((key) => key.status === "invalid"));
  const all = [...accepted, ...platformSources(), ...(local ? [local] : []), ...refused];
  const seen = new Set<string>();
  return all.filter((source) => !seen.has(source.provider) && seen.add(source.provider));
}

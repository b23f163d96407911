import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { unseal } from "../../platform/secrets.ts";
import { probeOllama } from "./adapters/list-server-models.ts";
import type { ModelSource } from "./model-source.ts";
import { findKeys, type StoredKey } from "./repo.ts";

/** The part of a compatible server's model ids before the slash: its key's label, in lower case with hyphens. */
export function providerOfLabel(label: string): string {
  const slug = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug || "server";
}

/** Names that a compatible server's label may not take: they mean something else in a model's id. */
export const reservedProviders: ReadonlySet<string> = new Set(["anthropic", "openai", "openai-compatible", "ollama", "demo"]);

export function sourceOfKey(key: StoredKey): ModelSource {
  return {
    provider: key.provider === "openai-compatible" ? providerOfLabel(key.label) : key.provider,
    kind: key.provider,
    source: "workspace",
    apiKey: unseal(key.sealed, key.id),
    baseUrl: key.baseUrl,
    keyId: key.id,
    publicOnly: !env().SINGLE_MACHINE,
  };
}

const officialOpenAi = "https://api.openai.com";

/** What the operator gave at start: ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENAI_BASE_URL. */
export function platformSources(): ModelSource[] {
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL } = env();
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
export async function modelSources(workspaceId: WorkspaceId): Promise<ModelSource[]> {
  const [keys, local] = await Promise.all([withTenant(workspaceId, (tx) => findKeys(tx, workspaceId)), localSource()]);
  const accepted = keys.filter((key) => key.status !== "invalid").map(sourceOfKey);
  // A key that its provider has refused is taken only where there is no other right to call it.
  const refused = keys.filter((key) => key.status === "invalid").map(sourceOfKey);
  const all = [...accepted, ...platformSources(), ...(local ? [local] : []), ...refused];
  const seen = new Set<string>();
  return all.filter((source) => !seen.has(source.provider) && seen.add(source.provider));
}

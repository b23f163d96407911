import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { findProvider } from "../catalogue/catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import { readText } from "./read-text.ts";
import { sourceFetch } from "./source-fetch.ts";

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1).max(190) })) });

interface Cached<T> {
  readonly value: Promise<T>;
  readonly expiresAt: number;
}

/** Answers of servers, kept for a short while so that no page and no model step waits for them each time. */
class ShortMemory<T> {
  readonly #entries = new Map<string, Cached<T>>();

  get(key: string, keepMs: number, load: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#entries.get(key);
    if (known && known.expiresAt > now) return known.value;
    for (const [other, entry] of this.#entries) if (entry.expiresAt <= now) this.#entries.delete(other);
    const value = load();
    this.#entries.set(key, { value, expiresAt: now + keepMs });
    return value;
  }

  clear(): void {
    this.#entries.clear();
  }
}

const lists = new ShortMemory<{ names: readonly string[] } | null>();
const probes = new ShortMemory<boolean>();

/** Asks every server anew the next time. */
export function forgetServerLists(): void {
  lists.clear();
}

/** The models that a compatible server lists (`GET <base>/models`), at most some seconds old; null when it gives no list. */
export async function listServerModels(source: ModelSource): Promise<{ readonly names: readonly string[] } | null> {
  const address = `${source.baseUrl?.replace(/\/+$/, "")}/models`;
  return lists.get(`${source.keyId} ${address}`, limits.model.listCacheMs, async () => {
    try {
      const response = await sourceFetch(source)(address, {
        headers: source.apiKey ? { authorization: `Bearer ${source.apiKey}` } : {},
        signal: AbortSignal.timeout(limits.model.listTimeoutMs),
      });
      if (!response.ok) return null;
      const { text, isWhole } = await readText(response, limits.model.listMaxBytes);
      if (!isWhole) throw new RangeError("the list is too long");
      const { data } = listSchema.parse(JSON.parse(text));
      const prefix = findProvider(source.provider)?.quirks.listPrefix ?? "";
      return { names: data.map(({ id }) => (id.startsWith(prefix) ? id.slice(prefix.length) : id)) };
    } catch (error) {
      logger.debug(
        { reason: error instanceof Error ? error.name : "unknown", provider: source.provider },
        "models: the server gave no list",
      );
      return null;
    }
  });
}

/** True when Ollama answers at this address; remembered for some seconds. */
export async function probeOllama(baseUrl: string): Promise<boolean> {
  return probes.get(baseUrl, limits.model.listCacheMs, async () => {
    try {
      const response = await fetch(`${baseUrl}/api/version`, { signal: AbortSignal.timeout(limits.model.ollamaProbeTimeoutMs) });
      return response.ok && (await readText(response, 1_024)).text.includes('"version"');
    } catch {
      return false;
    }
  });
}

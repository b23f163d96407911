import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { explainNetworkFault } from "../web/explain-network-fault.ts";
import type { Fetch } from "../web/read-page.ts";
import type { SearchProvider } from "./contract.ts";

/** A way to search, its secret opened. */
export interface SearchSource {
  readonly provider: SearchProvider;
  readonly key: string;
  /** null for the provider's own address */
  readonly baseUrl: string | null;
}

export interface SearchHit {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

/** A search that failed, in a sentence without the key. `refused`: the key itself is bad. */
export class SearchFault extends Error {
  readonly refused: boolean;
  constructor(message: string, refused = false) {
    super(message);
    this.refused = refused;
  }
}

export const searchProviderNames: Readonly<Record<SearchProvider, string>> = {
  brave: "Brave Search",
  tavily: "Tavily",
  exa: "Exa",
  searxng: "SearXNG",
};
const { maxHits, snippetMaxChars, timeoutMs, maxBytes } = limits.webSearch;

interface Wire {
  readonly address: string;
  readonly request: (source: SearchSource, base: string, query: string) => { readonly url: string; readonly init: RequestInit };
  readonly hits: (body: unknown) => readonly SearchHit[];
}

const post = (body: unknown, headers: Record<string, string>): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", accept: "application/json", ...headers },
});
const optional = z.string().nullish();
const webResult = z.object({
  title: optional,
  url: z.string(),
  content: optional,
  description: optional,
  text: optional,
  highlights: z.array(z.string()).nullish(),
});
const results = z.object({ results: z.array(webResult) });

const toHits = (found: readonly z.infer<typeof webResult>[]): SearchHit[] =>
  found.map(({ title, url, content, description, text, highlights }) => ({
    title: title ?? "",
    url,
    snippet: content ?? description ?? highlights?.join(" … ") ?? text ?? "",
  }));

const wires: Readonly<Record<SearchProvider, Wire>> = {
  brave: {
    address: "https://api.search.brave.com",
    request: ({ key }, base, query) => ({
      url: `${base}/res/v1/web/search?${new URLSearchParams({ q: query, count: String(maxHits), text_decorations: "false" })}`,
      init: { headers: { accept: "application/json", "x-subscription-token": key } },
    }),
    hits: (body) => toHits(z.object({ web: results.nullish() }).parse(body).web?.results ?? []),
  },
  tavily: {
    address: "https://api.tavily.com",
    request: ({ key }, base, query) => ({
      url: `${base}/search`,
      init: post({ query, max_results: maxHits, search_depth: "basic" }, { authorization: `Bearer ${key}` }),
    }),
    hits: (body) => toHits(results.parse(body).results),
  },
  exa: {
    address: "https://api.exa.ai",
    request: ({ key }, base, query) => ({
      url: `${base}/search`,
      init: post({ query, numResults: maxHits, contents: { text: { maxCharacters: snippetMaxChars } } }, { "x-api-key": key }),
    }),
    hits: (body) => toHits(results.parse(body).results),
  },
  searxng: {
    address: "",
    request: ({ key }, base, query) => ({
      url: `${base}/search?${new URLSearchParams({ q: query, format: "json" })}`,
      init: { headers: { accept: "application/json", ...(key === "" ? {} : { authorization: `Bearer ${key}` }) } },
    }),
    hits: (body) => toHits(results.parse(body).results),
  },
};

/** Asks one provider. Throws SearchFault with the reason: a bad key, its limit, no answer in time, or nothing that could be read. */
export async function searchWeb(fetch: Fetch, source: SearchSource, query: string, signal?: AbortSignal): Promise<readonly SearchHit[]> {
  const wire = wires[source.provider];
  const name = searchProviderNames[source.provider];
  const { url, init } = wire.request(source, (source.baseUrl ?? wire.address).replace(/\/+$/, ""), query);
  const expired = AbortSignal.timeout(timeoutMs);
  try {
    // A key is sent to nobody but the address that it was entered for.
    const response = await fetch(url, { ...init, redirect: "error", signal: signal ? AbortSignal.any([signal, expired]) : expired });
    const text = await readText(response);
    if (!response.ok) throw faultOf(name, response);
    return wire
      .hits(JSON.parse(text))
      .filter((hit) => /^https?:\/\//.test(hit.url))
      .slice(0, maxHits)
      .map((hit) => ({ ...hit, title: oneLine(hit.title, 200) || hit.url, snippet: oneLine(hit.snippet, snippetMaxChars) }));
  } catch (error) {
    if (error instanceof SearchFault) throw error;
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new SearchFault(`${name} gave an answer that can't be read.${jsonHint(source)}`);
    throw new SearchFault(`${name} can't be reached: ${explainNetworkFault(error, expired.aborted ? timeoutMs / 1_000 : null)}`);
  }
}

function jsonHint({ provider }: SearchSource): string {
  return provider === "searxng" ? ' Its settings must list "json" among search.formats.' : "";
}

function faultOf(name: string, response: Response): SearchFault {
  const { status } = response;
  if (status === 401 || status === 403)
    return new SearchFault(`${name} refuses the key (${status}). An owner or admin can enter another one under Settings, Providers.`, true);
  if (status === 402 || status === 432 || status === 433) return new SearchFault(`${name}: the plan's searches are used up (${status}).`);
  if (status === 429) {
    const after = response.headers.get("retry-after");
    return new SearchFault(
      `${name}: too many searches (429). Wait${after && /^\d+$/.test(after) ? ` ${after} s` : " a little"} before the next one.`,
    );
  }
  if (status === 422 || status === 400)
    return new SearchFault(`${name} does not take this search (${status}). Use fewer or plainer words.`);
  return new SearchFault(`${name} answers with ${status}. Try again later.`);
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new SearchFault("The answer to the search is too large.");
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function oneLine(text: string, most: number): string {
  const flat = text
    .replace(/<\/?strong>/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return flat.length > most ? `${flat.slice(0, most)}…` : flat;
}

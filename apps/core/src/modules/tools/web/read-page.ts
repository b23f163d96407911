import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface WebPage {
  readonly url: string;
  readonly status: number;
  /** without its parameters, lower case */
  readonly contentType: string;
  readonly text: string;
  readonly bytes: number;
  /** true when the page is longer than what was read */
  readonly truncated: boolean;
}

const { maxBytes, maxRedirects } = limits.webFetch;
const accept = "text/markdown;q=1, text/html;q=0.9, application/xhtml+xml;q=0.9, text/plain;q=0.8, application/json;q=0.7, */*;q=0.1";

/** A page that lies on another host than the one that may be asked: whoever wants it asks for it by its own address. */
export class OtherHost extends Error {
  readonly url: string;
  constructor(url: string) {
    super(`redirected to ${url}`);
    this.url = url;
  }
}

/**
 * Reads a page as text: `maxBytes` at most, in its own charset, over redirects that stay on the host. Throws OtherHost for
 * one that leaves it, UNPROCESSABLE for what is no text, and whatever `fetch` throws.
 */
export async function readPage(fetch: Fetch, address: string, signal: AbortSignal): Promise<WebPage> {
  let url = new URL(address);
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(url, { signal, redirect: "manual", headers: { accept, "user-agent": "OpenCode/1.0 (webfetch)" } });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null) return readBody(response, url.href);
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.host !== url.host || !/^https?:$/.test(next.protocol)) throw new OtherHost(next.href);
    if (redirects >= maxRedirects) throw new AppError("UNPROCESSABLE", `${address} redirects more than ${maxRedirects} times.`);
    url = next;
  }
}

async function readBody(response: Response, url: string): Promise<WebPage> {
  const declared = response.headers.get("content-type") ?? "";
  const contentType = (declared.split(";")[0] ?? "").trim().toLowerCase();
  const refusal = refuseType(contentType, url);
  if (refusal !== null) {
    await response.body?.cancel();
    throw new AppError("UNPROCESSABLE", refusal);
  }
  const { content, truncated } = await readAtMost(response, maxBytes);
  if (contentType === "" && content.subarray(0, 8_192).includes(0))
    throw new AppError("UNPROCESSABLE", `${url} is no text, so it can't be read.`);
  return { url, status: response.status, contentType, text: decode(content, declared), bytes: content.length, truncated };
}

const textTypes =
  /^(?:$|text\/|application\/(?:[\w.-]+\+)?(?:json|xml|yaml|x-yaml|toml|javascript|ecmascript|x-ndjson|xhtml\+xml|x-sh|sql|graphql)$|image\/svg\+xml$)/;

function refuseType(contentType: string, url: string): string | null {
  if (textTypes.test(contentType)) return null;
  if (contentType.startsWith("image/"))
    return `${url} is an image (${contentType}). webfetch reads text only: find a page that describes it.`;
  if (contentType === "application/pdf")
    return `${url} is a PDF. webfetch reads text and HTML only: look for an HTML version of the document.`;
  return `${url} is of the type ${contentType}, which can't be read as text.`;
}

async function readAtMost(response: Response, most: number): Promise<{ content: Buffer; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
    if (bytes <= most) continue;
    await reader.cancel();
    return { content: Buffer.concat(chunks).subarray(0, most), truncated: true };
  }
  return { content: Buffer.concat(chunks), truncated: false };
}

/** By the header's charset, else by what the page says of itself, else UTF-8. */
function decode(content: Buffer, declared: string): string {
  const head = content.subarray(0, 2_048).toString("latin1");
  const charset =
    /charset\s*=\s*["']?([\w:.-]+)/i.exec(declared)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w:.-]+)/i.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(content);
  } catch {
    return new TextDecoder("utf-8").decode(content);
  }
}

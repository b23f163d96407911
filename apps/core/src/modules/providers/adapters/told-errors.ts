import { parseJson } from "../../../platform/parse-json.ts";
import { readText } from "./read-text.ts";
import type { Fetch } from "./source-fetch.ts";
import { field } from "./wire-fault.ts";

const maxErrorBytes = 64 * 1024;

/**
 * A `fetch` whose errors look as both SDKs expect them, `{error: {message, type, code}}`: Gemini wraps them in a list, others
 * leave the `error` out, and the SDKs would drop the server's own words. An error that comes with status 200 where a
 * stream was asked for gets the status that it names. Of none more is read than a long error has.
 */
export function toldErrors(send: Fetch): Fetch {
  return async (url, init) => {
    const response = await send(url, init);
    const isJson = /\bjson\b/i.test(response.headers.get("content-type") ?? "");
    if (response.ok && !(isJson && asksForStream(init))) return response;
    const { text } = await readText(response, maxErrorBytes);
    const error = errorOf(parseJson(text));
    const { status, headers } = response;
    if (response.ok && error === null) return new Response(text, { status, headers: plain(headers) });
    const told = error === null ? text : JSON.stringify({ error });
    return new Response(told || null, { status: response.ok ? statusOf(error) : status, headers: plain(headers) });
  };
}

/** Without what speaks of the body as it was. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-length", "content-encoding"]) kept.delete(name);
  return kept;
}

function asksForStream(init: RequestInit | undefined): boolean {
  return typeof init?.body === "string" && field(parseJson(init.body), "stream") === true;
}

/** What a body says of an error; null when it speaks of none. */
function errorOf(body: unknown): Record<string, unknown> | null {
  const said = Array.isArray(body) ? body[0] : body;
  const inner = field(said, "error");
  if (typeof inner === "object" && inner !== null) return { ...inner };
  const message = [inner, field(said, "message"), field(said, "detail"), field(said, "errors")].find(
    (words) => words !== undefined && words !== null,
  );
  if (message === undefined) return null;
  return {
    message: typeof message === "string" ? message : JSON.stringify(message),
    type: field(said, "type"),
    code: field(said, "code"),
  };
}

function statusOf(error: Record<string, unknown> | null): number {
  const code = Number(error?.code);
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : 500;
}

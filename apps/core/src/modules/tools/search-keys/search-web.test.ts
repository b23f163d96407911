import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { limits } from "../../../platform/limits.ts";
import type { SearchProvider } from "./contract.ts";
import { SearchFault, searchWeb } from "./search-web.ts";

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let seen: Seen[] = [];
let answer: { status: number; body: string; headers?: Record<string, string> };
let base = "";
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  seen.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
  if (answer.status === 0) return;
  response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body);
});

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

const ask = (provider: SearchProvider, signal?: AbortSignal) =>
  searchWeb(fetch, { provider, key: "secret-key", baseUrl: base }, "what is pglite", signal);
const hit = { title: "PGlite", url: "https://pglite.dev/", snippet: "Postgres in WASM" };

test.each([
  [
    "brave",
    { web: { results: [{ title: "PGlite", url: "https://pglite.dev/", description: "<strong>Postgres</strong> in\nWASM" }] } },
    "/res/v1/web/search?q=what+is+pglite",
  ],
  ["tavily", { results: [{ title: "PGlite", url: "https://pglite.dev/", content: "Postgres in WASM", score: 0.9 }] }, "/search"],
  ["exa", { results: [{ title: "PGlite", url: "https://pglite.dev/", text: "Postgres in WASM", id: "x" }] }, "/search"],
  [
    "searxng",
    { results: [{ title: "PGlite", url: "https://pglite.dev/", content: "Postgres in WASM", engine: "duckduckgo" }] },
    "/search?q=what+is+pglite&format=json",
  ],
] as const)("%s is asked in its own way", async (provider, body, path) => {
  answer = { status: 200, body: JSON.stringify(body) };
  expect(await ask(provider)).toEqual([hit]);
  const [request] = seen;
  expect(request?.path.startsWith(path)).toBe(true);
  const headers: IncomingHttpHeaders = request?.headers ?? {};
  expect([headers["x-subscription-token"], headers.authorization, headers["x-api-key"]].join()).toContain("secret-key");
  expect(request?.path).not.toContain("secret-key");
  if (provider === "tavily" || provider === "exa") expect(JSON.parse(request?.body ?? "")).toMatchObject({ query: "what is pglite" });
});

const providers = ["brave", "tavily", "exa", "searxng"] as const;
const faults = [
  [401, "{}", {}, /refuses the key \(401\)/, true],
  [403, "{}", {}, /refuses the key \(403\)/, true],
  [429, '{"error":"rate"}', { "retry-after": "7" }, /too many searches \(429\)\. Wait 7 s/, false],
  [429, "slow down", { "retry-after": "Mon, 23 Nov 2026 01:00:00 GMT" }, /too many searches \(429\)\. Wait a little/, false],
  [422, "{}", {}, /does not take this search \(422\)/, false],
  [432, "{}", {}, /used up/, false],
  [500, "oops", {}, /answers with 500/, false],
  [503, "", {}, /answers with 503/, false],
  [200, "<html>", {}, /can't be read/, false],
  [200, "", {}, /can't be read/, false],
  [200, "null", {}, /can't be read/, false],
  [200, '{"results": 3, "web": 3}', {}, /can't be read/, false],
  [200, '{"results": [{"title": 1}], "web": {"results": [{"title": 1}]}}', {}, /can't be read/, false],
  [302, "", { location: "http://elsewhere.example/" }, /can't be reached/, false],
] as const;

describe.each(providers)("%s", (provider) => {
  test.each(faults)("an answer of %i %j is explained", async (status, body, headers, message, refused) => {
    answer = { status, body, headers };
    const fault = await ask(provider).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(SearchFault);
    expect(fault).toMatchObject({ message: expect.stringMatching(message), refused });
    expect(String(fault)).not.toContain("secret-key");
  });

  test("an answer without end is left", async () => {
    answer = { status: 200, body: `{"x": "${"y".repeat(limits.webSearch.maxBytes)}"}` };
    await expect(ask(provider)).rejects.toThrow("too large");
  });
});

test("nothing found is no fault; addresses that are no web pages are left out", async () => {
  answer = { status: 200, body: JSON.stringify({ web: null }) };
  expect(await ask("brave")).toEqual([]);
  answer = { status: 200, body: JSON.stringify({ results: [{ url: "javascript:alert(1)" }, { url: "https://a.example", title: null }] }) };
  expect(await ask("exa")).toEqual([{ title: "https://a.example", url: "https://a.example", snippet: "" }]);
});

test("nobody there is explained, and an interruption ends the wait", async () => {
  await expect(searchWeb(fetch, { provider: "searxng", key: "", baseUrl: "http://127.0.0.1:1" }, "x")).rejects.toThrow(
    /SearXNG can't be reached/,
  );
  answer = { status: 0, body: "" };
  await expect(ask("brave", AbortSignal.timeout(50))).rejects.toThrow(SearchFault);
});

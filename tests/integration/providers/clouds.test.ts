import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { LLMock } from "@copilotkit/aimock";
import type { ModelSource } from "@opencode/core/modules/providers/testing.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callSource, finishOf, prompt, requestOf, secretKey, toolRound } from "./call-source.ts";

const mock = new LLMock({ port: 0 });
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const seen: { path: string; headers: NodeJS.Dict<string | string[]> }[] = [];
let vertexUrl = "";

/** Google's side: hands out a token, and passes Anthropic's calls on to the stand-in. */
async function answerAsVertex(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const chunk of request) body += chunk;
  seen.push({ path: request.url ?? "", headers: request.headers });
  if (request.url === "/token") {
    const [, claims = ""] = (new URLSearchParams(body).get("assertion") ?? "").split(".");
    const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString());
    response.setHeader("content-type", "application/json").end(JSON.stringify({ access_token: `token of ${iss}`, expires_in: 3_600 }));
    return;
  }
  const model = /models\/([^:]+):/.exec(request.url ?? "")?.[1];
  const { anthropic_version, ...rest } = JSON.parse(body);
  const answer = await fetch(`${mock.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "k", "anthropic-version": anthropic_version },
    body: JSON.stringify({ model, ...rest }),
  });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
}

const vertexServer = createServer((request, response) => void answerAsVertex(request, response).catch(() => response.destroy()));

beforeAll(async () => {
  await mock.start();
  await new Promise<void>((resolve) => vertexServer.listen(0, "127.0.0.1", resolve));
  const address = vertexServer.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  vertexUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  await mock.stop();
  vertexServer.closeAllConnections();
  vertexServer.close();
});
afterEach(() => {
  mock.clearFixtures();
  mock.clearChaos();
  mock.clearRequests();
});

const shared = { source: "workspace", keyId: "pky_1", publicOnly: false } as const;
const clouds: Readonly<Record<string, () => { source: ModelSource; name: string }>> = {
  bedrock: () => ({
    source: {
      ...shared,
      provider: "bedrock",
      kind: "anthropic",
      apiKey: secretKey,
      baseUrl: mock.url,
      fields: { region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
    },
    name: "eu.anthropic.claude-sonnet-5",
  }),
  vertex: () => {
    const account = {
      client_email: "agent@my-project.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${vertexUrl}/token`,
    };
    return {
      source: {
        ...shared,
        provider: "vertex",
        kind: "anthropic",
        apiKey: JSON.stringify(account),
        baseUrl: `${vertexUrl}/v1`,
        fields: { region: "global", project: "my-project" },
      },
      name: "claude-sonnet-5@default",
    };
  },
  foundry: () => ({
    source: { ...shared, provider: "foundry", kind: "anthropic", apiKey: secretKey, baseUrl: mock.url, fields: { resource: "r" } },
    name: "claude-sonnet-5",
  }),
  azure: () => ({
    source: { ...shared, provider: "azure", kind: "openai", apiKey: secretKey, baseUrl: `${mock.url}/v1`, fields: { resource: "r" } },
    name: "gpt-5.5",
  }),
};

describe.each(Object.entries(clouds))("%s on the wire", (provider, make) => {
  const call = (...[messages, overrides]: Parameters<typeof requestOf>) => {
    const { source, name } = make();
    return callSource(source, requestOf(messages, overrides), undefined, { name });
  };

  it("streams text, and knows what it cost", async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 50, input_tokens: 1_000, output_tokens: 50 };
    mock.onMessage("hello", { content: "Hi there, how can I help?", usage }, { chunkSize: 5 });
    const outcome = await call([prompt("hello")]);
    expect(outcome.failure).toBeNull();
    expect(outcome.text).toBe("Hi there, how can I help?");
    expect(finishOf(outcome)).toMatchObject({ reason: "stop", priceKnown: true });
    // The stand-in's Bedrock reports no usage.
    if (provider !== "bedrock") expect(finishOf(outcome).costMicros).toBeGreaterThan(0);
  });

  it("streams parallel tool calls, and takes their results with pictures", async () => {
    const toolCalls = [
      { id: "call_a", name: "read", arguments: '{"filePath":"a.ts"}' },
      { id: "call_b", name: "read", arguments: '{"filePath":"b/ü.ts"}' },
    ];
    mock.onMessage("look", { toolCalls }, { chunkSize: 3 });
    const first = await call([prompt("look at both")]);
    const calls = first.events.flatMap((event) => (event.type === "tool-call" ? [event.input] : []));
    expect(calls).toEqual([{ filePath: "a.ts" }, { filePath: "b/ü.ts" }]);
    // The stand-in does not find a result that stands beside a picture in the Responses API.
    if (provider === "azure") return;
    mock.clearFixtures();
    mock.on({ toolResultContains: "a picture" }, { content: "I see it." });
    const [asked, answered] = toolRound([{ callId: "call_a", name: "read", input: {}, output: "a picture" }]);
    const content = (answered?.content ?? []).map((part) => ({ ...part, images: [{ mime: "image/png" as const, data: pixel }] }));
    const second = await call([prompt("go"), asked ?? prompt(""), { role: "user", content }]);
    expect(second.failure).toBeNull();
    expect(second.text).toBe("I see it.");
  });

  it("streams reasoning", async () => {
    mock.onMessage("think", { content: "42", reasoning: "Six times seven.", reasoningSignature: "c2lnbmVk" });
    const outcome = await call([prompt("think hard")]);
    expect(outcome.text).toBe("42");
    const thoughts = outcome.events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("");
    expect(thoughts).toBe("Six times seven.");
  });

  it.each([
    [401, { type: "authentication_error", message: `invalid key ${secretKey}` }, "invalid_key", false],
    [500, { type: "api_error", message: "boom" }, "server_error", true],
    [529, { type: "overloaded_error", message: "Overloaded" }, "overloaded", true],
  ])("maps %i to its code", async (status, error, code, retryable) => {
    mock.onMessage("hello", { error, status });
    const { failure, everythingSaid } = await call([prompt("hello")]);
    expect(failure).toMatchObject({ code, retryable });
    expect(everythingSaid).not.toContain(secretKey);
  });

  it("passes on how long a rate limit lasts", async () => {
    mock.onMessage("hello", { error: { type: "rate_limit_error", message: "slow down" }, status: 429, retryAfter: 7 });
    expect((await call([prompt("hello")])).failure).toMatchObject({ code: "rate_limited", retryable: true, retryAfterMs: 7_000 });
  });

  it("notices an answer that breaks off in the middle", async () => {
    mock.onMessage(
      "hello",
      { content: "a long answer that will not be finished, ever" },
      { chunkSize: 4, truncateAfterChunks: 8, latency: 5 },
    );
    expect((await call([prompt("hello")])).failure?.retryable).toBe(true);
  });

  it.each([
    ["a cut connection", { disconnectRate: 1 }],
    ["malformed answers", { malformedRate: 1 }],
  ])("under chaos: %s is a retryable failure", async (_, chaos) => {
    mock.onMessage("hello", { content: "Hi" });
    mock.setChaos(chaos);
    expect((await call([prompt("hello")])).failure?.retryable).toBe(true);
  });
});

it("Vertex is called at the project's address with the account's token", () => {
  const paths = seen.map(({ path }) => path);
  expect(paths.filter((path) => path === "/token")).toHaveLength(1);
  const call = seen.find(({ path }) => path.includes("streamRawPredict"));
  expect(call?.path).toBe(
    "/v1/projects/my-project/locations/global/publishers/anthropic/models/claude-sonnet-5%40default:streamRawPredict",
  );
  expect(call?.headers.authorization).toBe("Bearer token of agent@my-project.iam.gserviceaccount.com");
});

describe("pictures", () => {
  const image = {
    role: "user" as const,
    content: [
      { type: "image" as const, mime: "image/png" as const, data: pixel },
      { type: "text" as const, text: "what is it" },
    ],
  };
  const compatible: ModelSource = { ...shared, provider: "box", kind: "openai-compatible", apiKey: secretKey, baseUrl: "" };
  it("go to a compatible server as data addresses, and as a sentence to a model that can't see", async () => {
    mock.onMessage("what is it", { content: "A pixel." });
    const source = { ...compatible, baseUrl: `${mock.url}/v1` };
    expect((await callSource(source, requestOf([image]))).text).toBe("A pixel.");
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain(`data:image/png;base64,${pixel}`);
    await callSource(source, requestOf([image]), undefined, { canSee: false });
    const body = JSON.stringify(mock.getLastRequest()?.body);
    expect(body).not.toContain(pixel);
    expect(body).toContain("You can't see pictures");
  });
});

import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callSource, finishOf, modelNameOf, prompt, requestOf, secretKey, sourceAt, toolRound } from "./call-source.ts";

const mock = new LLMock({ port: 0 });

beforeAll(() => mock.start());
afterAll(() => mock.stop());
afterEach(() => {
  mock.clearFixtures();
  mock.clearChaos();
  mock.clearRequests();
});

describe.each(["anthropic", "openai", "openai-compatible"] as const)("%s on the wire", (kind) => {
  const source = () => sourceAt(kind, mock.url);

  it("streams text with its usage and what it cost", async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 50, input_tokens: 1_000, output_tokens: 50 };
    mock.onMessage("hello", { content: "Hi there, how can I help you today?", usage }, { chunkSize: 5 });
    const outcome = await callSource(source(), requestOf([prompt("hello")]));
    expect(outcome.text).toBe("Hi there, how can I help you today?");
    expect(outcome.events.filter((event) => event.type === "text-delta").length).toBeGreaterThan(3);
    const finish = finishOf(outcome);
    expect(finish).toMatchObject({ reason: "stop", usage: { inputTokens: 1_000, outputTokens: 50 } });
    expect(finish.costMicros).toBe(kind === "openai-compatible" ? 0 : 1_000 * 2 + 50 * 10);
    expect(finish.usageEstimated).toBeUndefined();
  });

  it("streams several tool calls of one answer", async () => {
    const toolCalls = [
      { id: "call_a", name: "read", arguments: '{"filePath":"a.ts"}' },
      { id: "call_b", name: "read", arguments: '{"filePath":"b/ü.ts"}' },
    ];
    mock.onMessage("look", { toolCalls }, { chunkSize: 3 });
    const outcome = await callSource(source(), requestOf([prompt("look at both")]));
    expect(outcome.events.filter((event) => event.type === "tool-call-start").map((event) => event.callId)).toEqual(["call_a", "call_b"]);
    expect(outcome.events.filter((event) => event.type === "tool-call")).toEqual([
      { type: "tool-call", callId: "call_a", name: "read", input: { filePath: "a.ts" }, invalidInput: null },
      { type: "tool-call", callId: "call_b", name: "read", input: { filePath: "b/ü.ts" }, invalidInput: null },
    ]);
    expect(finishOf(outcome).reason).toBe("tool-calls");
  });

  it("sends results back under their calls' ids, also after an interruption", async () => {
    mock.on({ toolResultContains: "interrupted" }, { content: "I see both." });
    const rounds = toolRound([{ callId: "call_a", name: "read", input: { filePath: "a.ts" }, output: "A" }]);
    const interrupted = {
      role: "assistant" as const,
      content: [{ type: "tool-call" as const, callId: "x".repeat(80), name: "read", input: { filePath: "b.ts" } }],
    };
    const outcome = await callSource(source(), requestOf([prompt("go"), ...rounds, interrupted]));
    expect(outcome.failure).toBeNull();
    expect(outcome.text).toBe("I see both.");
  });

  it("streams reasoning before the text", async () => {
    mock.onMessage("think", { content: "42", reasoning: "Six times seven.", reasoningSignature: "c2lnbmVk" });
    const outcome = await callSource(source(), requestOf([prompt("think hard")]));
    const kinds = [...new Set(outcome.events.map((event) => event.type))];
    expect(kinds).toEqual(["reasoning-delta", "reasoning-end", "text-delta", "finish"]);
    expect(outcome.events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("")).toBe("Six times seven.");
    const end = outcome.events.find((event) => event.type === "reasoning-end");
    expect(end?.signature).toEqual(
      kind === "anthropic" ? expect.stringContaining("c2lnbmVk") : kind === "openai" ? expect.anything() : null,
    );
  });

  it("keeps the text of arguments that are no JSON", async () => {
    mock.onMessage("broken", { toolCalls: [{ id: "call_a", name: "read", arguments: '{"filePath": "a' }] });
    const outcome = await callSource(source(), requestOf([prompt("broken")]));
    const call = outcome.events.find((event) => event.type === "tool-call");
    // The stand-in mends arguments on Anthropic's side of the wire.
    if (kind !== "anthropic") expect(call).toMatchObject({ input: null, invalidInput: '{"filePath": "a' });
  });

  it("says that an answer was cut at its limit", async () => {
    mock.onMessage("long", { content: "and so on", finishReason: "length" });
    expect(finishOf(await callSource(source(), requestOf([prompt("long")]))).reason).toBe("length");
  });

  it.each([
    [401, { type: "authentication_error", message: `invalid key ${secretKey}` }, "invalid_key", false],
    [403, { type: "permission_error", message: "not for you" }, "forbidden", false],
    [404, { type: "not_found_error", message: "no such model" }, "model_not_found", false],
    [400, { type: "invalid_request_error", message: "prompt is too long: 300000 tokens > 200000 maximum" }, "context_too_long", false],
    [400, { type: "invalid_request_error", message: "messages: bad", code: "bad" }, "bad_request", false],
    [429, { type: "insufficient_quota", message: "You exceeded your current quota", code: "insufficient_quota" }, "quota_exceeded", false],
    [500, { type: "api_error", message: "boom" }, "server_error", true],
    [503, { type: "overloaded_error", message: "Overloaded" }, "overloaded", true],
    [529, { type: "overloaded_error", message: "Overloaded" }, "overloaded", true],
  ])("maps %i %o to %s", async (status, error, code, retryable) => {
    mock.onMessage("hello", { error, status });
    const outcome = await callSource(source(), requestOf([prompt("hello")]));
    expect(outcome.failure).toMatchObject({ code, status, retryable });
    expect(outcome.everythingSaid).not.toContain(secretKey);
    expect(mock.getRequests()).toHaveLength(1);
  });

  it("passes on how long a rate limit lasts", async () => {
    mock.onMessage("hello", { error: { type: "rate_limit_error", message: "slow down" }, status: 429, retryAfter: 7 });
    const { failure } = await callSource(source(), requestOf([prompt("hello")]));
    expect(failure).toMatchObject({ code: "rate_limited", retryable: true, retryAfterMs: 7_000 });
  });

  it("notices an answer that breaks off in the middle", async () => {
    mock.onMessage(
      "hello",
      { content: "a long answer that will not be finished, ever" },
      { chunkSize: 4, truncateAfterChunks: 8, latency: 10 },
    );
    const outcome = await callSource(source(), requestOf([prompt("hello")]));
    expect(outcome.text).toMatch(/^a lo/);
    expect(outcome.failure).toMatchObject({ code: "stream_interrupted", retryable: true });
  });

  it.each([
    ["a dropped call", { dropRate: 1 }, "server_error"],
    ["a cut connection", { disconnectRate: 1 }, null],
    ["malformed answers", { malformedRate: 1 }, null],
    ["rate limits", { rateLimitRate: 1 }, "rate_limited"],
  ])("under chaos: %s is a retryable failure", async (_, chaos, code) => {
    mock.onMessage("hello", { content: "Hi" });
    mock.setChaos(chaos);
    const { failure } = await callSource(source(), requestOf([prompt("hello")]));
    expect(failure?.retryable).toBe(true);
    if (code) expect(failure?.code).toBe(code);
  });

  it("stops when the caller does", async () => {
    mock.onMessage("hello", { content: "one two three four five six seven" }, { chunkSize: 2, latency: 50 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 120);
    const startedAt = performance.now();
    const { failure } = await callSource(source(), requestOf([prompt("hello")]), controller.signal);
    expect(failure).toMatchObject({ code: "aborted", retryable: false });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it("names the model and the tools on the wire", async () => {
    mock.onMessage("hello", { content: "Hi" });
    await callSource(source(), requestOf([prompt("hello")], { maxOutputTokens: 99 }));
    const body = mock.getLastRequest()?.body as unknown as Record<string, unknown>;
    expect(body).toMatchObject({ model: modelNameOf(kind), stream: true });
    expect(JSON.stringify(body)).toContain('"read"');
  });
});

it("a server that is not there is named as such", async () => {
  const { failure, everythingSaid } = await callSource(sourceAt("openai-compatible", "http://127.0.0.1:9"), requestOf([prompt("hi")]));
  expect(failure).toMatchObject({ code: "unreachable", retryable: true, settingsPath: "settings/providers" });
  expect(failure?.message).toContain('The model server "my-server" can\'t be reached');
  expect(everythingSaid).not.toContain(secretKey);
});

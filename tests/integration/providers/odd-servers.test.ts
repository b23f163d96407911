import { afterEach, describe, expect, it } from "vitest";
import { callSource, finishOf, prompt, requestOf, secretKey, sourceAt, toolRound } from "./call-source.ts";
import { type RawServer, rawServer, sendEvents } from "./raw-server.ts";

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const messageStart = {
  type: "message_start",
  message: { id: "m", model: "claude-sonnet-5-5", usage: { input_tokens: 10, output_tokens: 1 } },
};
const textStart = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
const textDelta = (text: string) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
const choice = (delta: Record<string, unknown>, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason }] });

async function serve(events: Parameters<typeof sendEvents>[1], end = true): Promise<RawServer> {
  server = await rawServer((response) => sendEvents(response, events, end));
  return server;
}

describe("Anthropic's stream", () => {
  it("a key that is revoked in mid-stream is a clear failure", async () => {
    const error = { type: "error", error: { type: "authentication_error", message: `key ${secretKey} was revoked` } };
    const { url } = await serve([messageStart, textStart, textDelta("Working on"), error]);
    const outcome = await callSource(sourceAt("anthropic", url), requestOf([prompt("go")]));
    expect(outcome.text).toBe("Working on");
    expect(outcome.failure).toMatchObject({ code: "invalid_key", retryable: false, settingsPath: "settings/providers" });
    expect(outcome.failure?.message).toBe(
      "Anthropic refused the key: it is wrong or was revoked. Enter a new key in Settings → Providers.",
    );
    expect(outcome.everythingSaid).not.toContain(secretKey);
  });

  it("an overload in mid-stream may be tried again", async () => {
    const { url } = await serve([messageStart, textStart, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }]);
    expect((await callSource(sourceAt("anthropic", url), requestOf([prompt("go")]))).failure).toMatchObject({
      code: "overloaded",
      retryable: true,
    });
  });

  it("an event that is no JSON is a failure of its own", async () => {
    // The SDK leaves out events without a name, so this one has a name.
    server = await rawServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`event: message_start\ndata: ${JSON.stringify(messageStart)}\n\nevent: content_block_delta\ndata: { nonsense\n\n`);
    });
    const { failure } = await callSource(sourceAt("anthropic", server.url), requestOf([prompt("go")]));
    expect(failure).toMatchObject({ code: "malformed_stream", retryable: true });
  });

  it("a stream that ends without its end was interrupted", async () => {
    const { url } = await serve([messageStart, textStart, textDelta("half")]);
    expect((await callSource(sourceAt("anthropic", url), requestOf([prompt("go")]))).failure?.code).toBe("stream_interrupted");
  });

  it("counts cached tokens apart, and prices them", async () => {
    const usage = { input_tokens: 100, cache_read_input_tokens: 50_000, cache_creation_input_tokens: 2_000, output_tokens: 1 };
    const { url } = await serve([
      { ...messageStart, message: { ...messageStart.message, usage } },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn" },
        usage: { output_tokens: 200, output_tokens_details: { thinking_tokens: 150 } },
      },
      { type: "message_stop" },
    ]);
    const finish = finishOf(await callSource(sourceAt("anthropic", url), requestOf([prompt("go")])));
    expect(finish.usage).toEqual({
      inputTokens: 100,
      outputTokens: 200,
      cacheReadTokens: 50_000,
      cacheWriteTokens: 2_000,
      reasoningTokens: 150,
    });
    expect(finish.costMicros).toBe(100 * 2 + 50_000 * 0.2 + 2_000 * 2.5 + 200 * 10);
  });

  it("a refusal is a way to finish", async () => {
    const { url } = await serve([
      messageStart,
      { type: "message_delta", delta: { stop_reason: "refusal" }, usage: {} },
      { type: "message_stop" },
    ]);
    expect(finishOf(await callSource(sourceAt("anthropic", url), requestOf([prompt("go")]))).reason).toBe("refusal");
  });

  it("gives signed thoughts back to the model that signed them, and to no other; places cache breakpoints", async () => {
    const thinking = [
      messageStart,
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm." } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "redacted_thinking", data: "sealed" } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: {} },
      { type: "message_stop" },
    ];
    const { url, requests } = await serve(thinking);
    const { events } = await callSource(sourceAt("anthropic", url), requestOf([prompt("go")]));
    const signatures = events.flatMap((event) => (event.type === "reasoning-end" ? [event.signature] : []));
    const [thought, redacted] = signatures;
    const foreign = JSON.stringify(["anthropic", "claude-opus-5-5", "thinking", "other"]);
    const history = requestOf([
      prompt("go"),
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: thought ?? null },
          { type: "reasoning", text: "", signature: redacted ?? null },
          { type: "reasoning", text: "Foreign.", signature: foreign },
          { type: "reasoning", text: "Unsigned.", signature: null },
          { type: "text", text: "Yes. " },
        ],
      },
      prompt("and now?"),
    ]);
    await callSource(sourceAt("anthropic", url), history);
    const cache_control = { type: "ephemeral" };
    expect(requests[1]?.headers["anthropic-beta"]).toBe("thinking-binding-controls-2026-08-01");
    expect(requests[1]?.body).toMatchObject({
      thinking: { type: "adaptive", display: "summarized", block_binding: { prefix_mismatch_behavior: "drop_block" } },
      system: [{ type: "text", text: "You are a coding agent.", cache_control }],
      messages: [
        { role: "user", content: [{ type: "text", text: "go", cache_control }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "sig" },
            { type: "redacted_thinking", data: "sealed" },
            { type: "text", text: "Yes. " },
          ],
        },
        { role: "user", content: [{ type: "text", text: "and now?", cache_control }] },
      ],
    });
  });
});

describe("compatible servers that leave things out", () => {
  const call = (url: string) => callSource(sourceAt("openai-compatible", url), requestOf([prompt("go")]));

  it("no ids, no index, arguments as an object, no usage, finish reason stop after tools", async () => {
    const { url } = await serve([
      choice({ role: "assistant", tool_calls: [{ function: { name: "read", arguments: '{"filePath":' } }] }),
      choice({ tool_calls: [{ function: { arguments: '"a"}' } }] }),
      choice({ tool_calls: [{ function: { name: "read", arguments: { filePath: "b" } } }] }),
      choice({}, "stop"),
      "[DONE]",
    ]);
    const outcome = await call(url);
    const calls = outcome.events.filter((event) => event.type === "tool-call");
    expect(calls.map((event) => event.input)).toEqual([{ filePath: "a" }, { filePath: "b" }]);
    expect(new Set(calls.map((event) => event.callId)).size).toBe(2);
    const finish = finishOf(outcome);
    expect(finish).toMatchObject({ reason: "tool-calls", usageEstimated: true });
    expect(finish.usage.inputTokens).toBeGreaterThan(10);
    expect(finish.usage.outputTokens).toBeGreaterThan(0);
  });

  it("every call with the index 0, told apart by id", async () => {
    const { url } = await serve([
      choice({ tool_calls: [{ index: 0, id: "a", function: { name: "read", arguments: '{"filePath":"a"}' } }] }),
      choice({ tool_calls: [{ index: 0, id: "b", function: { name: "read", arguments: "" } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: '{"filePath":"b"}' } }] }),
      choice({}, "tool_calls"),
      "[DONE]",
    ]);
    const calls = (await call(url)).events.filter((event) => event.type === "tool-call");
    expect(calls.map((event) => [event.callId, event.input])).toEqual([
      ["a", { filePath: "a" }],
      ["b", { filePath: "b" }],
    ]);
  });

  it.each(["reasoning_content", "reasoning"])("reasoning in `%s`", async (field) => {
    const { url } = await serve([choice({ [field]: "Hm." }), choice({ content: "Yes" }), choice({}, "stop"), "[DONE]"]);
    expect((await call(url)).events.map((event) => event.type)).toEqual(["reasoning-delta", "reasoning-end", "text-delta", "finish"]);
  });

  it("an error inside the stream", async () => {
    const { url } = await serve([choice({ content: "So" }), { error: { message: `out of memory for ${secretKey}`, code: 500 } } as never]);
    const outcome = await call(url);
    expect(outcome.failure).toMatchObject({ code: "server_error", retryable: true });
    expect(outcome.everythingSaid).not.toContain(secretKey);
  });

  it("a chunk that is no JSON, and a stream without a finish reason", async () => {
    const { url } = await serve([choice({ content: "So" }), "{ nonsense"]);
    expect((await call(url)).failure).toMatchObject({ code: "malformed_stream", retryable: true });
    await server?.close();
    const cut = await serve([choice({ content: "So" })]);
    expect((await call(cut.url)).failure?.code).toBe("stream_interrupted");
  });

  it("a server that refuses `stream_options` is asked without, and estimated", async () => {
    server = await rawServer((response) => {
      if (!server?.requests.at(-1)?.body.stream_options)
        return sendEvents(response, [choice({ content: "x" }), choice({}, "stop"), "[DONE]"]);
      return response
        .writeHead(422, { "content-type": "application/json" })
        .end('{"detail":"stream_options: extra inputs are not permitted"}');
    });
    expect(finishOf(await call(server.url)).usageEstimated).toBe(true);
    await call(server.url);
    expect(server.requests).toHaveLength(3);
  });

  it("a page of HTML instead of an answer", async () => {
    server = await rawServer((response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>"));
    expect((await call(server.url)).failure).toMatchObject({ code: "server_error", status: 502, retryable: true });
  });

  it("cached tokens are not counted twice", async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 900 } };
    const { url } = await serve([choice({ content: "x" }), choice({}, "stop"), { choices: [], usage }, "[DONE]"]);
    expect(finishOf(await call(url)).usage).toMatchObject({ inputTokens: 100, cacheReadTokens: 900, outputTokens: 5 });
  });

  it("sends tool results as messages of their own, with the key in the header only", async () => {
    const { url, requests } = await serve([choice({ content: "x" }), choice({}, "stop"), "[DONE]"]);
    const rounds = toolRound([{ callId: "a", name: "read", input: { filePath: "a" }, output: "" }]);
    await callSource(sourceAt("openai-compatible", url), requestOf([prompt("go"), ...rounds], { maxOutputTokens: 7 }));
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${secretKey}`);
    expect(requests[0]?.body).toMatchObject({
      max_tokens: 7,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "You are a coding agent." },
        { role: "user", content: "go" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "a", type: "function", function: { name: "read", arguments: '{"filePath":"a"}' } }],
        },
        { role: "tool", tool_call_id: "a", content: "(no output)" },
      ],
    });
  });
});

describe("OpenAI's Responses", () => {
  const usage = {
    input_tokens: 1_000,
    output_tokens: 70,
    input_tokens_details: { cached_tokens: 600 },
    output_tokens_details: { reasoning_tokens: 40 },
  };
  const reasoning = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Look." }], encrypted_content: "sealed" };
  const answer = [
    { type: "response.reasoning_summary_part.added", summary_index: 0 },
    { type: "response.reasoning_summary_text.delta", delta: "Look." },
    { type: "response.output_item.done", item: reasoning },
    { type: "response.output_item.added", item: { type: "function_call", call_id: "call_1", name: "read", arguments: "" } },
    { type: "response.output_item.done", item: { type: "function_call", call_id: "call_1", name: "read", arguments: '{"filePath":"a"}' } },
    { type: "response.completed", response: { model: "gpt-6.1-sol-2026", status: "completed", usage } },
  ];

  it("takes sealed reasoning along to the same model, and prices cached tokens", async () => {
    const { url, requests } = await serve(answer);
    const outcome = await callSource(sourceAt("openai", url), requestOf([prompt("go")], { maxOutputTokens: 7 }));
    const finish = finishOf(outcome);
    expect(finish).toMatchObject({ reason: "tool-calls", responseModel: "gpt-6.1-sol-2026" });
    expect(finish.usage).toEqual({ inputTokens: 400, outputTokens: 70, cacheReadTokens: 600, cacheWriteTokens: 0, reasoningTokens: 40 });
    expect(finish.costMicros).toBe(400 * 2 + 600 * 0.2 + 70 * 10);
    const signature = outcome.events.flatMap((event) => (event.type === "reasoning-end" ? [event.signature] : []))[0] ?? null;
    const [asked, answered] = toolRound([{ callId: "call_1", name: "read", input: { filePath: "a" }, output: "A" }]);
    if (!asked || !answered) throw new Error("no round");
    const thought = { type: "reasoning" as const, text: "Look.", signature };
    const again = requestOf([
      prompt("go"),
      { ...asked, content: [thought, ...asked.content] },
      answered,
      { role: "assistant", content: [thought] },
    ]);
    await callSource(sourceAt("openai", url), again);
    expect(requests[0]?.body).toMatchObject({
      store: false,
      max_output_tokens: 7,
      include: ["reasoning.encrypted_content"],
      reasoning: { summary: "auto" },
    });
    expect(requests[1]?.body.input).toEqual([
      { role: "user", content: "go" },
      reasoning,
      { type: "function_call", call_id: "call_1", name: "read", arguments: '{"filePath":"a"}' },
      { type: "function_call_output", call_id: "call_1", output: "A" },
      { role: "user", content: "Go on." },
    ]);
  });

  it("does without summaries where the account may not see them", async () => {
    server = await rawServer((response) => {
      const { reasoning: wanted } = server?.requests.at(-1)?.body ?? {};
      if (!wanted) return sendEvents(response, answer);
      const error = {
        message: "Your organization must be verified to generate reasoning summaries.",
        type: "invalid_request_error",
        param: "reasoning.summary",
      };
      return response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    });
    const source = { ...sourceAt("openai", server.url), keyId: "pky_unverified" };
    for (const expected of [2, 3]) {
      expect(finishOf(await callSource(source, requestOf([prompt("go")]))).reason).toBe("tool-calls");
      expect(server.requests).toHaveLength(expected);
    }
  });

  it.each([
    [{ type: "error", code: "rate_limit_exceeded", message: "slow" }, "rate_limited", true],
    [{ type: "response.failed", response: { error: { code: "server_error", message: "boom" } } }, "server_error", true],
    [{ type: "error", code: "invalid_api_key", message: `revoked ${secretKey}` }, "invalid_key", false],
    [{ type: "error", code: "context_length_exceeded", message: "too long" }, "context_too_long", false],
  ])("%o in mid-stream", async (event, code, retryable) => {
    const { url } = await serve([{ type: "response.output_text.delta", delta: "So" }, event]);
    const outcome = await callSource(sourceAt("openai", url), requestOf([prompt("go")]));
    expect(outcome.failure).toMatchObject({ code, retryable });
    expect(outcome.everythingSaid).not.toContain(secretKey);
  });

  it("says why an answer ended early", async () => {
    const { url } = await serve([
      { type: "response.incomplete", response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } } },
    ]);
    expect(finishOf(await callSource(sourceAt("openai", url), requestOf([prompt("go")]))).reason).toBe("length");
  });
});

it("in multi-tenant mode an address inside our network is not called", async () => {
  server = await rawServer((response) => response.end("secret"));
  const { failure } = await callSource({ ...sourceAt("openai-compatible", server.url), publicOnly: true }, requestOf([prompt("go")]));
  expect(failure).toMatchObject({ code: "address_refused", retryable: false });
  expect(failure?.message).toContain("inside the service's own network");
  expect(server.requests).toHaveLength(0);
});

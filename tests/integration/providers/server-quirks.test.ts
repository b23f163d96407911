import type { ModelContent } from "@opencode/core/modules/providers/contract.ts";
import { afterEach, describe, expect, it } from "vitest";
import { callSource, prompt, requestOf, secretKey, sourceAt, toolRound } from "./call-source.ts";
import { type RawServer, rawServer, sendEvents } from "./raw-server.ts";

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const choice = (delta: Record<string, unknown>, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason }] });
const go = requestOf([prompt("go")]);

/** What a call fails of when the server answers so. */
async function failureAt(kind: "anthropic" | "openai" | "openai-compatible", status: number, body: unknown, headers = {}) {
  server = await rawServer((response) =>
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(JSON.stringify(body)),
  );
  const { failure, everythingSaid } = await callSource(sourceAt(kind, server.url), go);
  expect(everythingSaid).not.toContain(secretKey);
  return failure;
}

describe("errors as the servers word them", () => {
  const google = (code: number, message: string, status: string) => [{ error: { code, message, status } }];
  it.each([
    ["Gemini's wrong key", 400, google(400, `API key not valid (${secretKey}).`, "INVALID_ARGUMENT"), "invalid_key", ""],
    [
      "Gemini's context",
      400,
      google(400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", ""),
      "context_too_long",
      "",
    ],
    [
      "Gemini's quota that comes back",
      429,
      google(429, "You exceeded your current quota. Please retry in 36.5s.", "RESOURCE_EXHAUSTED"),
      "rate_limited",
      36_500,
    ],
    ["xAI's wrong key", 400, { code: "invalid-argument", error: "Incorrect API key provided: xai-1." }, "invalid_key", ""],
    [
      "Mistral's words",
      422,
      { object: "error", message: "temperature is too high", type: "invalid_request_error" },
      "bad_request",
      "temperature is too high",
    ],
    ["FastAPI's words", 422, { detail: [{ loc: ["body", "tools"], msg: "field required" }] }, "bad_request", "field required"],
    ["DeepInfra's words", 404, { detail: { error: "Model is not available" } }, "model_not_found", "Model is not available"],
    [
      "an empty account",
      402,
      { error: { message: "Insufficient Balance", type: "unknown_error", code: "invalid_request_error" } },
      "quota_exceeded",
      "Insufficient Balance",
    ],
  ])("%s", async (_, status, body, code, more) => {
    const failure = await failureAt("openai-compatible", status, body);
    expect(failure).toMatchObject({ code, status, ...(typeof more === "number" ? { retryAfterMs: more } : {}) });
    if (typeof more === "string") expect(failure?.message).toContain(more);
  });

  it.each(["anthropic", "openai", "openai-compatible"] as const)("an error that %s sends with status 200", async (kind) => {
    const error = { error: { code: 429, type: "rate_limit_error", message: "slow down" } };
    expect(await failureAt(kind, 200, error, { "retry-after": "7" })).toMatchObject({
      code: "rate_limited",
      status: 429,
      retryAfterMs: 7_000,
    });
  });

  it("a gateway's number in mid-stream", async () => {
    server = await rawServer((response) =>
      sendEvents(response, [choice({ content: "So" }), { error: { code: 502, message: "upstream" } }]),
    );
    expect((await callSource(sourceAt("openai-compatible", server.url), go)).failure).toMatchObject({ code: "server_error", status: 502 });
  });
});

describe("Gemini's signed calls", () => {
  const signed = { google: { thought_signature: "EjQKMgEM" } };
  const call = (name: string, extra?: object) => ({
    id: `id-${name}`,
    type: "function",
    function: { name, arguments: "{}" },
    ...(extra ? { extra_content: extra } : {}),
  });

  it("come back as they were, and have a stand-in where another model made them", async () => {
    server = await rawServer((response) =>
      sendEvents(response, [
        choice({ tool_calls: [call("read", signed)] }),
        choice({ tool_calls: [call("grep")] }),
        choice({}, "stop"),
        "[DONE]",
      ]),
    );
    const source = { ...sourceAt("openai-compatible", server.url), provider: "google" };
    const at = { name: "gemini-3.5-flash" };
    const { events } = await callSource(source, go, undefined, at);
    const content = events.flatMap((event): ModelContent[] => {
      if (event.type === "reasoning-end") return [{ type: "reasoning", text: "", signature: event.signature }];
      return event.type === "tool-call" ? [{ type: "tool-call", callId: event.callId, name: event.name, input: event.input }] : [];
    });
    // As the draft of a message has it: the thought stands before its call.
    const results: ModelContent[] = content.flatMap((part) =>
      part.type === "tool-call" ? [{ type: "tool-result", callId: part.callId, name: part.name, output: "x", isError: false }] : [],
    );
    const foreign = toolRound([{ callId: "toolu_1", name: "read", input: {}, output: "y" }]);
    const history = requestOf([prompt("go"), { role: "assistant", content }, { role: "user", content: results }, ...foreign]);
    await callSource(source, history, undefined, at);
    const asked = ((server.requests.at(-1)?.body.messages ?? []) as { tool_calls?: { extra_content?: unknown }[] }[]).flatMap(
      (message) => message.tool_calls ?? [],
    );
    const standIn = { google: { thought_signature: "skip_thought_signature_validator" } };
    expect(asked.map((one) => one.extra_content)).toEqual([signed, undefined, standIn]);
    await callSource(source, history, undefined, { name: "gemini-2.5-pro" });
    expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain("thought_signature");
  });
});

it("a gateway's thoughts go back whole, with its seals, to the model that had them", async () => {
  const text = (piece: string) => ({ type: "reasoning.text", text: piece, index: 0, format: "anthropic-claude-v1" });
  const seal = { type: "reasoning.encrypted", data: "sealed", id: "t1", index: 1 };
  server = await rawServer((response) =>
    sendEvents(response, [
      choice({ reasoning: "Let me", reasoning_details: [text("Let me")] }),
      choice({ reasoning: " see.", reasoning_details: [{ ...text(" see."), signature: "sig" }] }),
      choice({ tool_calls: [{ index: 0, id: "c1", function: { name: "read", arguments: "{}" } }], reasoning_details: [seal] }),
      choice({}, "tool_calls"),
      "[DONE]",
    ]),
  );
  const source = { ...sourceAt("openai-compatible", server.url), provider: "openrouter" };
  const { events } = await callSource(source, go);
  const signature = events.findLast((event) => event.type === "reasoning-end")?.signature ?? null;
  const [asked, answered] = toolRound([{ callId: "c1", name: "read", input: {}, output: "x" }]);
  if (!asked || !answered) throw new Error("no round");
  const thought = { type: "reasoning" as const, text: "", signature };
  const history = requestOf([prompt("go"), { ...asked, content: [...asked.content, thought] }, answered]);
  const sent = async (name: string) => {
    await callSource(source, history, undefined, { name });
    const messages = (server?.requests.at(-1)?.body.messages ?? []) as { role: string; reasoning_details?: unknown }[];
    return messages.find(({ role }) => role === "assistant")?.reasoning_details;
  };
  expect(await sent("some-model")).toEqual([{ ...text("Let me see."), signature: "sig" }, seal]);
  expect(await sent("another-model")).toBeUndefined();
});

describe("two calls with the same id", () => {
  const twice = (make: (index: number) => Record<string, unknown>[]) => [0, 1].flatMap(make);
  const wires = {
    anthropic: [
      { type: "message_start", message: { id: "m", model: "m", usage: { input_tokens: 1, output_tokens: 1 } } },
      ...twice((index) => [
        { type: "content_block_start", index, content_block: { type: "tool_use", id: "same", name: "read", input: {} } },
        { type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: `{"n":${index}}` } },
        { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: {} },
      { type: "message_stop" },
    ],
    openai: [
      ...twice((n) => [
        {
          type: "response.output_item.added",
          output_index: n,
          item: { type: "function_call", call_id: "same", name: "read", arguments: "" },
        },
      ]),
      ...twice((n) => [
        {
          type: "response.output_item.done",
          output_index: n,
          item: { type: "function_call", call_id: "same", name: "read", arguments: `{"n":${n}}` },
        },
      ]),
      { type: "response.completed", response: { model: "m", status: "completed" } },
    ],
    "openai-compatible": [
      ...twice((index) => [choice({ tool_calls: [{ index, id: "same", function: { name: "read", arguments: `{"n":${index}}` } }] })]),
      choice({}, "tool_calls"),
      "[DONE]",
    ],
  };

  it.each(["anthropic", "openai", "openai-compatible"] as const)("are two calls at %s", async (kind) => {
    server = await rawServer((response) => sendEvents(response, wires[kind]));
    const { events } = await callSource(sourceAt(kind, server.url), go);
    const started = events.flatMap((event) => (event.type === "tool-call-start" ? [event.callId] : []));
    const calls = events.flatMap((event) => (event.type === "tool-call" ? [event] : []));
    expect(calls.map(({ input }) => input)).toEqual([{ n: 0 }, { n: 1 }]);
    expect(calls.map(({ callId }) => callId)).toEqual(started);
    expect(new Set(started).size).toBe(2);
  });
});

it("Azure's sealed reasoning goes back to Azure", async () => {
  const item = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "sealed" };
  server = await rawServer((response) =>
    sendEvents(response, [
      { type: "response.output_item.done", item },
      { type: "response.completed", response: { model: "gpt-5.5", status: "completed" } },
    ]),
  );
  const source = { ...sourceAt("openai", server.url), provider: "azure" };
  const { events } = await callSource(source, go);
  const [signature = null] = events.flatMap((event) => (event.type === "reasoning-end" ? [event.signature] : []));
  const said: ModelContent[] = [
    { type: "reasoning", text: "", signature },
    { type: "text", text: "Yes." },
  ];
  await callSource(source, requestOf([prompt("go"), { role: "assistant", content: said }, prompt("on")]));
  expect(server.requests.at(-1)?.body.input).toContainEqual(item);
});

import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { rawServer } from "../providers/raw-server.ts";
import { startSessions, textsOf, toolsOf } from "./support/session-driver.ts";

// Several sessions at once, each with waits between its attempts.
vi.setConfig({ testTimeout: 120_000 });

const bodySchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.unknown()).optional(),
});
type Body = z.infer<typeof bodySchema>;

type Answer = (response: ServerResponse) => unknown;

const frame = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const chunk = (delta: Record<string, unknown>, finish_reason: string | null = null) =>
  frame({
    choices: [{ index: 0, delta, finish_reason }],
    ...(finish_reason ? { usage: { prompt_tokens: 100, completion_tokens: 10 } } : {}),
  });
const stream = (response: ServerResponse, ...frames: readonly string[]) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const one of frames) response.write(one);
  return response;
};
const say = (response: ServerResponse, text: string) =>
  stream(response, chunk({ content: text }), chunk({}, "stop"), frame("[DONE]")).end();
const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const call = (index: number, id: string, name: string, args: string) => ({
  index,
  id,
  type: "function",
  function: { name, arguments: args },
});
const calls = (response: ServerResponse, ...made: readonly ReturnType<typeof call>[]) =>
  stream(response, ...made.map((one) => chunk({ tool_calls: [one] })), chunk({}, "tool_calls"), frame("[DONE]")).end();

const overloaded = { error: { message: "Overloaded", type: "overloaded_error" } };
const big = JSON.stringify({ filePath: "big.txt", content: "x".repeat(5_000_000) });

/** Of each session: what is answered to its first request, its second, … */
const answers: Readonly<Record<string, readonly Answer[]>> = {
  "chaos-silence": [
    (response) => stream(response, chunk({ content: "Half of" })),
    (response) => stream(response, chunk({ content: "So" }), "data: {nonsense\n\n").end(),
    (response) => say(response, "Fine again."),
  ],
  "chaos-drip": [
    async (response) => {
      stream(response);
      for (const byte of chunk({ content: "a very slow answer" })) {
        response.write(byte);
        await sleep(40);
      }
    },
    (response) => stream(response, chunk({ content: "So far" }), frame({ error: { code: 502, message: "upstream" } })).end(),
    (response) => say(response, "Fine again."),
  ],
  "chaos-status": [
    (response) => json(response, 529, overloaded, { "retry-after": "1" }),
    (response) => json(response, 503, overloaded, { "retry-after": new Date(Date.now() + 1_500).toUTCString() }),
    (response) => json(response, 200, { error: { code: 500, message: "no capacity" } }, { "retry-after": "0" }),
    (response) => say(response, "Fine again."),
  ],
  "chaos-calls": [
    (response) => calls(response, call(0, "c1", "read", '{"filePath": "READ')),
    (response) => calls(response, call(0, "c2", "glob", '{"pattern":"*.md"}'), call(1, "c2", "glob", '{"pattern":"*.json"}')),
    (response) => calls(response, call(0, "c3", "teleport", "{}")),
    (response) => calls(response, call(0, "c4", "write", big)),
    (response) => stream(response, chunk({ content: "" }), chunk({}, "stop"), frame("[DONE]")).end(),
  ],
  "chaos-filter": [(response) => stream(response, chunk({ content: "I can't" }), chunk({}, "content_filter"), frame("[DONE]")).end()],
  "chaos-hour": [(response) => json(response, 429, { error: { message: "slow down" } }, { "retry-after": "3600" })],
};

const asked = new Map<string, Body[]>();
const server = await rawServer((response, request) => {
  if (request.method === "GET") return json(response, 200, { data: [{ id: "chaos" }] });
  const body = bodySchema.parse(server.requests.at(-1)?.body);
  const name = Object.keys(answers).find((one) => JSON.stringify(body).includes(one));
  if (!name || !body.tools) return say(response, "A title");
  const before = asked.get(name) ?? [];
  asked.set(name, [...before, body]);
  return answers[name]?.[before.length]?.(response);
});
const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "sk-chaos", MODEL_IDLE_TIMEOUT_MS: "1000" };
const { begin, ended } = await startSessions("Chaos", { env, stop: server.close });

async function run(name: string) {
  const found = await ended(await begin(name, { model: "openai-compatible/chaos" }), 1, 100_000);
  const retries = found.view.parts.flatMap((part) => (part.type === "retry" ? [part.code] : []));
  const ends = found.view.parts.flatMap((part) => (part.type === "step-finish" ? [part.finishReason] : []));
  return { ...found, turn: found.view.turns[0], retries, ends };
}

test.concurrent.each([
  ["chaos-silence", ["timeout", "malformed_stream"]],
  ["chaos-drip", ["timeout", "server_error"]],
  ["chaos-status", ["overloaded", "overloaded", "server_error"]],
])("%s is tried again, visibly, and nothing of the half answer stays", async (name, codes) => {
  const { turn, view, retries } = await run(name);
  expect(turn).toMatchObject({ state: "completed" });
  expect(retries).toEqual(codes);
  expect(textsOf(view)).toEqual([name, "Fine again."]);
});

test.concurrent("calls with broken arguments, with one id, of no tool, of 5 MB are told to the model; an end without a word is shown", async () => {
  const { turn, view, ends } = await run("chaos-calls");
  expect(turn).toMatchObject({ state: "completed" });
  const outcomes = toolsOf(view).map(({ tool, state }) => `${tool} ${state}`);
  expect(outcomes).toEqual(["read error", "glob completed", "glob completed", "teleport error", "write completed"]);
  const told = (asked.get("chaos-calls") ?? []).map(({ messages }) => JSON.stringify(messages.slice(-2)));
  for (const [index, word] of ["JSON", "package.json", "teleport", "big.txt"].entries()) expect(told[index + 1]).toContain(word);
  expect(ends.at(-1)).toBe("empty");
});

test.concurrent("an answer that is filtered ends as a refusal", async () => {
  expect((await run("chaos-filter")).ends).toEqual(["refusal"]);
});

test.concurrent("a wait of an hour ends the turn, and says so", async () => {
  const { turn, retries } = await run("chaos-hour");
  expect(turn).toMatchObject({ state: "failed", error: { code: "rate_limited", retryable: true } });
  expect(turn?.error?.message).toContain("60 minutes");
  expect(retries).toEqual([]);
});

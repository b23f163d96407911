import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { rawServer } from "../../providers/raw-server.ts";

const requestSchema = z.looseObject({
  system: z.array(z.looseObject({ text: z.string() })).optional(),
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]) })),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  tool_choice: z.unknown().optional(),
});

/** A request as it came over the wire of Anthropic's Messages API. */
export interface WireRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly system: string;
  /** all that the messages say, as JSON */
  readonly told: string;
  readonly toolNames: readonly string[];
  readonly toolChoice: unknown;
  /** answers of the model since the prompt that was named last */
  readonly step: number;
  /** wants a conversation summed up */
  readonly isCompaction: boolean;
}

export interface RawAnswer {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** what the whole prompt is said to have had */
  readonly inputTokens?: number;
  /** between two pieces of the text */
  readonly pieceMs?: number;
  /** instead of an answer: status 400 with these words */
  readonly refusal?: string;
  /** says half of the text, then nothing more, and keeps the line */
  readonly stalls?: boolean;
}

export interface RawModel {
  readonly env: Record<string, string>;
  /** of the key, in the order in which they came */
  requests(key: string): readonly WireRequest[];
  /** What is answered to requests that hold `key`, by how often it was asked. */
  script(key: string, answer: (request: WireRequest, asked: number) => RawAnswer): void;
  stop(): Promise<void>;
}

function wireRequest(body: Record<string, unknown>): WireRequest {
  const { system = [], messages, tools = [], tool_choice } = requestSchema.parse(body);
  const prompt = messages.findLastIndex(({ role, content }) => role === "user" && /script-\w+/.test(JSON.stringify(content)));
  const told = JSON.stringify(messages);
  return {
    body,
    system: system.map(({ text }) => text).join("\n"),
    told,
    toolNames: tools.map(({ name }) => name),
    toolChoice: tool_choice,
    step: messages.slice(prompt).filter(({ role }) => role === "assistant").length,
    isCompaction: told.includes("Sum up the conversation above as you were told"),
  };
}

async function send(response: ServerResponse, answer: RawAnswer, id: string): Promise<void> {
  const { text = "", calls = [], inputTokens = 10, pieceMs = 0, stalls = false } = answer;
  if (answer.refusal !== undefined) {
    const error = { type: "invalid_request_error", message: answer.refusal };
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ type: "error", error }));
    return;
  }
  const write = (event: Record<string, unknown>) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const usage = { input_tokens: inputTokens, output_tokens: 5 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const message = { id, type: "message", role: "assistant", model: "raw", content: [], stop_reason: null, stop_sequence: null, usage };
  write({ type: "message_start", message });
  let index = 0;
  if (text !== "") {
    write({ type: "content_block_start", index, content_block: { type: "text", text: "" } });
    const pieces = text.match(/[\s\S]{1,12}/g) ?? [];
    for (const piece of stalls ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces) {
      if (pieceMs > 0) await sleep(pieceMs);
      write({ type: "content_block_delta", index, delta: { type: "text_delta", text: piece } });
    }
    if (stalls) return;
    write({ type: "content_block_stop", index: index++ });
  }
  for (const { name, input } of calls) {
    write({ type: "content_block_start", index, content_block: { type: "tool_use", id: `toolu_${id}_${index}`, name, input: {} } });
    write({ type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: JSON.stringify(input) } });
    write({ type: "content_block_stop", index: index++ });
  }
  write({ type: "message_delta", delta: { stop_reason: calls.length > 0 ? "tool_use" : "end_turn", stop_sequence: null }, usage });
  write({ type: "message_stop" });
  response.end();
}

/** A model behind Anthropic's wire (`anthropic/<any name>`) that keeps every request as it came and reports the usage that a test wants. */
export async function startRawModel(): Promise<RawModel> {
  const scripts = new Map<string, (request: WireRequest, asked: number) => RawAnswer>();
  const asked = new Map<string, WireRequest[]>();
  let count = 0;
  const server = await rawServer((response) => {
    const request = wireRequest(server.requests.at(-1)?.body ?? {});
    const key = [...scripts.keys()].find((name) => request.told.includes(name));
    const script = key === undefined ? undefined : scripts.get(key);
    if (key === undefined || !script) {
      response.writeHead(404).end("{}");
      return;
    }
    // A title is asked for beside the turn, without tools.
    if (request.toolNames.length === 0 && !request.isCompaction) return send(response, { text: "A title" }, `msg_${++count}`);
    const own = asked.get(key) ?? [];
    asked.set(key, [...own, request]);
    return send(response, script(request, own.length), `msg_${++count}`);
  });
  return {
    env: { ANTHROPIC_API_KEY: "sk-ant-raw", ANTHROPIC_BASE_URL: server.url },
    requests: (key) => asked.get(key) ?? [],
    script: (key, answer) => scripts.set(key, answer),
    stop: server.close,
  };
}

import { describe, expect, it } from "vitest";
import type { ModelRequest } from "../contract.ts";
import { toAnthropicRequest } from "./anthropic-messages.ts";
import { toChatMessages } from "./chat-messages.ts";
import { toServerSentEvents } from "./event-stream.ts";
import { toResponsesInput } from "./responses-input.ts";
import { withoutImages } from "./without-images.ts";

const picture = { mime: "image/png", data: "aGVsbG8=" } as const;
const request: ModelRequest = {
  model: "m",
  system: "",
  tools: [],
  messages: [
    {
      role: "user",
      content: [
        { type: "image", ...picture },
        { type: "text", text: "What is it?" },
      ],
    },
    { role: "assistant", content: [{ type: "tool-call", callId: "call_1", name: "read", input: {} }] },
    {
      role: "user",
      content: [{ type: "tool-result", callId: "call_1", name: "read", output: "a.png", isError: false, images: [picture] }],
    },
  ],
};

describe("pictures", () => {
  it("are blocks at Anthropic, in messages and in results", () => {
    const { messages } = toAnthropicRequest(request, "anthropic", "m");
    const block = { type: "image", source: { type: "base64", media_type: "image/png", data: picture.data } };
    expect(messages[0]?.content[0]).toMatchObject(block);
    expect(messages[2]?.content[0]).toMatchObject({ type: "tool_result", content: [{ type: "text", text: "a.png" }, block] });
  });

  it("are items of the Responses API, also in a function's output", () => {
    const url = `data:image/png;base64,${picture.data}`;
    const input = toResponsesInput(request, "openai", "m");
    expect(input[0]).toMatchObject({ role: "user", content: [{ type: "input_image", image_url: url }] });
    expect(input.at(-1)).toMatchObject({
      output: [
        { type: "input_text", text: "a.png" },
        { type: "input_image", image_url: url },
      ],
    });
  });

  it("follow a tool's message in Chat Completions, which holds text only", () => {
    const messages = toChatMessages(request, { provider: "my-server", model: "m", quirks: {} });
    expect(messages.at(-2)).toMatchObject({ role: "tool", content: "a.png" });
    expect(JSON.stringify(messages.at(-1))).toContain(`data:image/png;base64,${picture.data}`);
  });

  it("are sentences for a model that can't see", () => {
    const text = JSON.stringify(withoutImages(request));
    expect(text).not.toContain(picture.data);
    expect(text.match(/A picture \(image\/png, 1 KB\)/g)).toHaveLength(2);
  });
});

describe("quirks of servers", () => {
  it("short call ids match between a call and its result, and thoughts go back where they are wanted", () => {
    const thinking = {
      role: "assistant" as const,
      content: [{ type: "reasoning" as const, text: "Hm.", signature: null }, ...(request.messages[1]?.content ?? [])],
    };
    const messages = toChatMessages(
      { ...request, messages: request.messages.with(1, thinking) },
      { provider: "mistral", model: "m", quirks: { shortCallIds: true, thoughtsField: "reasoning_content" } },
    );
    const [call] = messages.flatMap((message) => ("tool_calls" in message ? (message.tool_calls ?? []) : []));
    expect(call?.id).toMatch(/^[0-9a-f]{9}$/);
    expect(messages.find((message) => message.role === "tool")).toMatchObject({ tool_call_id: call?.id });
    expect(messages.find((message) => message.role === "assistant")).toMatchObject({ reasoning_content: "Hm." });
  });
});

/** A message of AWS's event stream; the checksums are not read. */
function frame(headers: Readonly<Record<string, string>>, payload: unknown): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const sizes = Buffer.alloc(2);
      sizes.writeUInt16BE(value.length);
      return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), sizes, Buffer.from(value)]);
    }),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  return Buffer.concat([prelude, head, body, Buffer.alloc(4)]);
}

async function decoded(...parts: readonly Buffer[]): Promise<string> {
  return new Response(toServerSentEvents(new Blob(parts.map((part) => new Uint8Array(part))).stream())).text();
}

describe("AWS's event stream", () => {
  const event = { type: "message_stop" };
  const packed = frame(
    { ":event-type": "chunk", ":message-type": "event" },
    { bytes: Buffer.from(JSON.stringify(event)).toString("base64") },
  );

  it("is read wherever it is cut", async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of Buffer.concat([packed, packed])) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const text = await new Response(toServerSentEvents(stream)).text();
    expect(text).toBe('event: message_stop\ndata: {"type":"message_stop"}\n\n'.repeat(2));
  });

  it("turns an exception into an error, and notices an end in the middle", async () => {
    const refused = frame({ ":exception-type": "throttlingException", ":message-type": "exception" }, { message: "Too many tokens" });
    expect(await decoded(packed, refused)).toContain('"type":"rate_limit_error","message":"Too many tokens"');
    await expect(decoded(packed, packed.subarray(0, 20))).rejects.toThrow("disconnected");
    await expect(decoded(Buffer.from("<html>not a stream at all</html>"))).rejects.toThrow("malformed");
  });
});

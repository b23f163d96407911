import { z } from "zod";
import { type PlacedStep, pieces, reported } from "./wire-script.ts";

type Event = Record<string, unknown> & { readonly type: string };

const bodySchema = z.looseObject({
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.array(
        z.looseObject({
          type: z.string(),
          id: z.string().optional(),
          tool_use_id: z.string().optional(),
          signature: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** What Anthropic would refuse of a history; null when it takes it. */
export function refusedByAnthropic(body: unknown): string | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return parsed.error.message;
  const { messages } = parsed.data;
  for (const [index, { role, content }] of messages.entries()) {
    const calls = content.filter(({ type }) => type === "tool_use").map(({ id }) => id);
    const answers = (messages[index + 1]?.content ?? []).filter(({ type }) => type === "tool_result").map(({ tool_use_id }) => tool_use_id);
    if (role === "assistant" && JSON.stringify(calls) !== JSON.stringify(answers))
      return "`tool_use` ids were found without `tool_result` blocks";
    const unsigned = content.some(({ type, signature }) => type === "thinking" && signature !== "signed");
    if (unsigned) return "Invalid `signature` in `thinking` block";
    if (calls.some((id) => id?.startsWith("s00")) && content[0]?.type !== "thinking") return "Expected `thinking`, but found `tool_use`";
  }
  return messages.at(-1)?.role === "user" ? null : "the conversation must end with a user message";
}

/** A step as the Messages API streams it. */
export function anthropicEvents({ thought, text, calls }: PlacedStep): Event[] {
  let index = 0;
  const block = (start: Record<string, unknown>, deltas: readonly Record<string, unknown>[]): Event[] => {
    const at = index++;
    return [
      { type: "content_block_start", index: at, content_block: start },
      ...deltas.map((delta) => ({ type: "content_block_delta", index: at, delta })),
      { type: "content_block_stop", index: at },
    ];
  };
  const { input, cached, output, thinking } = reported;
  const usage = { input_tokens: input, cache_read_input_tokens: cached, cache_creation_input_tokens: 0, output_tokens: 1 };
  return [
    { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model: "claude", content: [], usage } },
    { type: "ping" },
    ...(thought === null
      ? []
      : block({ type: "thinking", thinking: "", signature: "" }, [
          ...pieces(thought).map((piece) => ({ type: "thinking_delta", thinking: piece })),
          { type: "signature_delta", signature: "signed" },
        ])),
    ...(text === null
      ? []
      : block(
          { type: "text", text: "" },
          pieces(text).map((piece) => ({ type: "text_delta", text: piece })),
        )),
    ...calls.flatMap(({ id, name, json }) =>
      block(
        { type: "tool_use", id, name, input: {} },
        pieces(json).map((partial_json) => ({ type: "input_json_delta", partial_json })),
      ),
    ),
    {
      type: "message_delta",
      delta: { stop_reason: calls.length > 0 ? "tool_use" : "end_turn" },
      usage: { output_tokens: output, output_tokens_details: { thinking_tokens: thought === null ? 0 : thinking } },
    },
    { type: "message_stop" },
  ];
}

/** An event as AWS frames it; the checksums are left empty. */
export function awsFrame(event: Event): Buffer {
  const header = (name: string, value: string) => {
    const [key, text] = [Buffer.from(name), Buffer.from(value)];
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([7]), length, text]);
  };
  const headers = Buffer.concat([
    header(":event-type", "chunk"),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const payload = Buffer.from(JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString("base64") }));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + headers.length + payload.length + 4, 0);
  prelude.writeUInt32BE(headers.length, 4);
  return Buffer.concat([prelude, headers, payload, Buffer.alloc(4)]);
}

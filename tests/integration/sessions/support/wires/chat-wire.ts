import { z } from "zod";
import { type PlacedStep, pieces, reported } from "./wire-script.ts";

/** In what the stand-ins of the chat family differ, as their models do. */
export type ChatDialect = "compatible" | "deepseek" | "mistral" | "google" | "xai";

const bodySchema = z.looseObject({
  stream_options: z.unknown().optional(),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      tool_call_id: z.string().optional(),
      reasoning_content: z.string().optional(),
      tool_calls: z
        .array(z.object({ id: z.string(), extra_content: z.object({ google: z.object({ thought_signature: z.string() }) }).optional() }))
        .optional(),
    }),
  ),
});

/** What the server would refuse of a request; null when it takes it. */
export function refusedByChat(body: unknown, dialect: ChatDialect): string | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return parsed.error.message;
  const { messages, stream_options } = parsed.data;
  if (dialect === "mistral" && stream_options !== undefined) return "Extra inputs are not permitted: stream_options";
  const asked = messages.flatMap(({ tool_calls }) => tool_calls ?? []).map(({ id }) => id);
  const answered = messages.flatMap(({ tool_call_id }) => tool_call_id ?? []);
  if (JSON.stringify(asked) !== JSON.stringify(answered)) return "An assistant message with 'tool_calls' must be followed by tool messages";
  if (dialect === "mistral" && asked.some((id) => !/^[A-Za-z0-9]{9}$/.test(id)))
    return "Tool call id must be a-z, A-Z, 0-9, with a length of 9.";
  for (const { tool_calls, reasoning_content } of messages) {
    const [first] = tool_calls ?? [];
    if (dialect === "google" && first && !first.extra_content) return "Function call is missing a thought_signature in functionCall parts.";
    if (dialect === "deepseek" && first?.id.startsWith("s00") && !reasoning_content)
      return "Missing `reasoning_content` field in the assistant message";
  }
  return null;
}

/** A step as the server streams it in Chat Completions. */
export function chatChunks({ thought, text, calls }: PlacedStep, dialect: ChatDialect): Record<string, unknown>[] {
  const { input, cached, output, thinking } = reported;
  const usage = {
    prompt_tokens: input + cached,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: thought === null ? 0 : thinking },
  };
  const chunk = (delta: Record<string, unknown>, finish_reason: string | null = null) => ({
    id: "c1",
    object: "chat.completion.chunk",
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const end = chunk({}, calls.length > 0 && dialect !== "google" ? "tool_calls" : "stop");
  return [
    chunk({ role: "assistant", content: "" }),
    ...(thought === null || dialect === "mistral" || dialect === "google"
      ? []
      : pieces(thought).map((piece) => chunk({ reasoning_content: piece }))),
    ...(text === null ? [] : pieces(text).map((piece) => chunk({ content: piece }))),
    ...calls.flatMap((call, index) => callChunks(call, index, dialect).map((part) => chunk({ tool_calls: [part] }))),
    // Some hang the counts on the last chunk, others send them after it.
    ...(dialect === "compatible"
      ? [end, { id: "c1", object: "chat.completion.chunk", model: "m", choices: [], usage }]
      : [{ ...end, usage }]),
  ];
}

function callChunks({ id, name, json }: PlacedStep["calls"][number], index: number, dialect: ChatDialect): Record<string, unknown>[] {
  const head = { id, type: "function" };
  // These send a call whole; Gemini numbers none, and signs the first.
  if (dialect === "google")
    return [
      {
        ...head,
        function: { name, arguments: json },
        ...(index === 0 ? { extra_content: { google: { thought_signature: "EjQK" } } } : {}),
      },
    ];
  if (dialect === "mistral") return [{ ...head, index, function: { name, arguments: json } }];
  return [
    { ...head, index, function: { name, arguments: "" } },
    ...pieces(json).map((piece) => ({ index, function: { arguments: piece } })),
  ];
}

import type OpenAI from "openai";
import type { ModelImage, ModelMessage, ModelRequest } from "../contract.ts";
import { normaliseMessages, wireCallId } from "./normalise-messages.ts";

type Message = OpenAI.ChatCompletionMessageParam;

/** The request's instructions and history as Chat Completions take them. Reasoning is not sent back: no server of this family takes it. */
export function toChatMessages(request: ModelRequest): Message[] {
  const system: Message[] = request.system ? [{ role: "system", content: request.system }] : [];
  return [
    ...system,
    ...normaliseMessages(request.messages).flatMap((message) => (message.role === "user" ? fromUser(message) : fromAssistant(message))),
  ];
}

export function toChatTools(request: ModelRequest): OpenAI.ChatCompletionFunctionTool[] {
  return request.tools.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: { ...tool.inputSchema } },
  }));
}

function fromUser(message: ModelMessage): Message[] {
  const results = message.content.flatMap((part): Message[] =>
    part.type === "tool-result" ? [{ role: "tool", tool_call_id: wireCallId(part.callId), content: part.output || "(no output)" }] : [],
  );
  // A tool's message holds text only: what the tool has seen follows in the user's name.
  const seen = message.content.flatMap((part) =>
    part.type === "tool-result" ? (part.images ?? []).map((image) => ({ image, part })) : [],
  );
  const shown = message.content.flatMap((part) => (part.type === "image" ? [part] : []));
  const text = textOf(message);
  if (seen.length + shown.length === 0) return text ? [...results, { role: "user", content: text }] : results;
  const content: OpenAI.ChatCompletionContentPart[] = [
    ...seen.flatMap(({ image, part }): OpenAI.ChatCompletionContentPart[] => [
      { type: "text", text: `The picture that ${part.name} gave (call ${wireCallId(part.callId)}):` },
      imagePart(image),
    ]),
    ...shown.map(imagePart),
    ...(text ? [{ type: "text" as const, text }] : []),
  ];
  return [...results, { role: "user", content }];
}

function imagePart({ mime, data }: ModelImage): OpenAI.ChatCompletionContentPartImage {
  return { type: "image_url", image_url: { url: `data:${mime};base64,${data}` } };
}

function fromAssistant(message: ModelMessage): Message[] {
  const calls = message.content.flatMap((part) =>
    part.type === "tool-call"
      ? [
          {
            id: wireCallId(part.callId),
            type: "function" as const,
            function: { name: part.name, arguments: JSON.stringify(part.input ?? {}) },
          },
        ]
      : [],
  );
  const text = textOf(message);
  if (!text && calls.length === 0) return [];
  return [{ role: "assistant", content: text || null, ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
}

function textOf(message: ModelMessage): string {
  return message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

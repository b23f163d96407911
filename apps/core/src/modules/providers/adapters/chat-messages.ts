import { createHash } from "node:crypto";
import type OpenAI from "openai";
import type { Quirks } from "../catalogue/provider-entry.ts";
import type { ModelContent, ModelImage, ModelMessage, ModelRequest } from "../contract.ts";
import { normaliseMessages, wireCallId } from "./normalise-messages.ts";
import { unpackSignature } from "./reasoning-signature.ts";

type Message = OpenAI.ChatCompletionMessageParam;

interface Receiver {
  readonly provider: string;
  readonly model: string;
  readonly quirks: Quirks;
}

/** The request's instructions and history as Chat Completions take them. Reasoning goes back only to servers that ask for it. */
export function toChatMessages(request: ModelRequest, receiver: Receiver): Message[] {
  const { quirks } = receiver;
  const system: Message[] = request.system ? [{ role: quirks.systemRole ?? "system", content: request.system }] : [];
  return [
    ...system,
    ...normaliseMessages(request.messages).flatMap((message) =>
      message.role === "user" ? fromUser(message, quirks) : fromAssistant(message, receiver),
    ),
  ];
}

export function toChatTools(request: ModelRequest): OpenAI.ChatCompletionFunctionTool[] {
  return request.tools.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: { ...tool.inputSchema } },
  }));
}

function fromUser(message: ModelMessage, quirks: Quirks): Message[] {
  const results = message.content.flatMap((part): Message[] =>
    part.type === "tool-result"
      ? [{ role: "tool", tool_call_id: callIdOf(part.callId, quirks), content: part.output || "(no output)" }]
      : [],
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

function fromAssistant(message: ModelMessage, receiver: Receiver): Message[] {
  const { quirks } = receiver;
  const calls = callsOf(message, receiver);
  const text = textOf(message);
  if (!text && calls.length === 0) return [];
  const content = text || (quirks.assistantText ? "" : null);
  return [
    {
      role: "assistant",
      content,
      ...thoughtsOf(message, quirks),
      ...detailsOf(message, receiver),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
  ];
}

function callsOf({ content }: ModelMessage, receiver: Receiver) {
  const { quirks } = receiver;
  const extras = content.map((part, index) => (part.type === "tool-call" ? extraContent(content[index - 1], receiver) : null));
  const standIn = extras.some((extra) => extra !== null) ? null : standInFor(receiver);
  const first = content.findIndex((part) => part.type === "tool-call");
  return content.flatMap((part, index) => {
    if (part.type !== "tool-call") return [];
    // Of calls made at once only the first one is signed.
    const extra = index === first ? (extras[index] ?? standIn) : extras[index];
    return [
      {
        id: callIdOf(part.callId, quirks),
        type: "function" as const,
        function: { name: part.name, arguments: JSON.stringify(part.input ?? {}) },
        ...(extra ? { extra_content: extra } : {}),
      },
    ];
  });
}

/** What the server hung on a call when it made it. */
function extraContent(before: ModelContent | undefined, { provider, model }: Receiver): unknown {
  const sealed = before?.type === "reasoning" ? unpackSignature(before.signature, provider, model) : null;
  return sealed?.kind === "call" ? JSON.parse(sealed.value) : null;
}

function standInFor({ model, quirks: { unsignedCalls } }: Receiver): unknown {
  return unsignedCalls && !new RegExp(unsignedCalls.notFor).test(model) ? unsignedCalls.extraContent : null;
}

function textOf(message: ModelMessage): string {
  return message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

function thoughtsOf(message: ModelMessage, { thoughtsField }: Quirks): Record<string, string> {
  if (!thoughtsField) return {};
  const thoughts = message.content.flatMap((part) => (part.type === "reasoning" && part.text !== "" ? [part.text] : []));
  return thoughts.length > 0 ? { [thoughtsField]: thoughts.join("\n\n") } : {};
}

/** A gateway's own record of the thoughts, as it gave it. */
function detailsOf({ content }: ModelMessage, { provider, model }: Receiver): Record<string, unknown> {
  const details = content.flatMap((part): unknown[] => {
    const sealed = part.type === "reasoning" ? unpackSignature(part.signature, provider, model) : null;
    return sealed?.kind === "details" ? JSON.parse(sealed.value) : [];
  });
  return details.length > 0 ? { reasoning_details: details } : {};
}

function callIdOf(callId: string, { shortCallIds }: Quirks): string {
  if (!shortCallIds) return wireCallId(callId);
  return /^[A-Za-z0-9]{9}$/.test(callId) ? callId : createHash("sha256").update(callId).digest("hex").slice(0, 9);
}

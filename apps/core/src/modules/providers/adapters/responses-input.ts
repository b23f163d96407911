import type OpenAI from "openai";
import { z } from "zod";
import type { ModelContent, ModelImage, ModelMessage, ModelRequest } from "../contract.ts";
import { normaliseMessages, wireCallId } from "./normalise-messages.ts";
import { unpackSignature } from "./reasoning-signature.ts";

type Item = OpenAI.Responses.ResponseInputItem;

/** What of a reasoning item goes back to the model that made it. */
export const sealedReasoningSchema = z.object({
  id: z.string(),
  encrypted_content: z.string(),
  summary: z.array(z.object({ type: z.literal("summary_text"), text: z.string() })),
});

/** The request's history as items of the Responses API. */
export function toResponsesInput(request: ModelRequest, provider: string, model: string): Item[] {
  return normaliseMessages(request.messages).flatMap((message) =>
    message.content.flatMap((part, index) => toItem(part, message, isFollowed(message.content, index), { provider, model })),
  );
}

export function toResponsesTools(request: ModelRequest): OpenAI.Responses.FunctionTool[] {
  return request.tools.map((tool) => ({
    type: "function",
    name: tool.name,
    description: tool.description,
    parameters: { ...tool.inputSchema },
    strict: false,
  }));
}

// Reasoning that led to nothing (its call was cut off) is refused.
function isFollowed(content: readonly ModelContent[], index: number): boolean {
  return content.slice(index + 1).some((part) => part.type === "text" || part.type === "tool-call");
}

function toItem(
  part: ModelContent,
  message: ModelMessage,
  followed: boolean,
  { provider, model }: { provider: string; model: string },
): Item[] {
  switch (part.type) {
    case "text":
      return [{ role: message.role, content: part.text }];
    case "image":
      return [{ role: "user", content: [imageItem(part)] }];
    case "reasoning": {
      const sealed = unpackSignature(part.signature, provider, model);
      if (sealed?.kind !== "item" || !followed) return [];
      const item = sealedReasoningSchema.safeParse(JSON.parse(sealed.value));
      return item.success ? [{ type: "reasoning", ...item.data }] : [];
    }
    case "tool-call":
      return [{ type: "function_call", call_id: wireCallId(part.callId), name: part.name, arguments: JSON.stringify(part.input ?? {}) }];
    case "tool-result":
      return [
        {
          type: "function_call_output",
          call_id: wireCallId(part.callId),
          output: outputOf(part.output || "(no output)", part.images ?? []),
        },
      ];
  }
}

function imageItem({ mime, data }: ModelImage): OpenAI.Responses.ResponseInputImage {
  return { type: "input_image", detail: "auto", image_url: `data:${mime};base64,${data}` };
}

function outputOf(output: string, images: readonly ModelImage[]): OpenAI.Responses.ResponseInputItem.FunctionCallOutput["output"] {
  if (images.length === 0) return output;
  const pictures = images.map(({ mime, data }) => ({ type: "input_image" as const, image_url: `data:${mime};base64,${data}` }));
  return [{ type: "input_text", text: output }, ...pictures];
}

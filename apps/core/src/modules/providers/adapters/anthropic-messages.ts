import type Anthropic from "@anthropic-ai/sdk";
import type { ModelContent, ModelImage, ModelMessage, ModelRequest } from "../contract.ts";
import { normaliseMessages, wireCallId } from "./normalise-messages.ts";
import { unpackSignature } from "./reasoning-signature.ts";

type Block = Anthropic.ContentBlockParam;
const ephemeral = { type: "ephemeral" } as const;

/** The request's instructions, history and tools as the Messages API takes them, with cache breakpoints. */
export function toAnthropicRequest(request: ModelRequest, provider: string, model: string) {
  const messages = normaliseMessages(request.messages).flatMap((message) => {
    const content = message.content.flatMap((part) => toBlock(part, provider, model));
    return content.length > 0 ? [{ role: message.role, content }] : [];
  });
  placeBreakpoints(messages);
  return {
    messages,
    ...(request.system ? { system: [{ type: "text" as const, text: request.system, cache_control: ephemeral }] } : {}),
    ...(request.tools.length > 0 ? { tools: request.tools.map(toTool) } : {}),
  };
}

/** How the model is to answer: sampling, effort, which tool, which schema. Models that think take no sampling. */
export function anthropicOptions(request: ModelRequest, thinks: boolean) {
  const { temperature, topP, reasoningEffort, toolChoice, responseSchema, tools } = request;
  const effort =
    reasoningEffort === undefined || reasoningEffort === "none" ? undefined : reasoningEffort === "minimal" ? "low" : reasoningEffort;
  const format = responseSchema ? { type: "json_schema" as const, schema: { ...responseSchema.schema } } : undefined;
  return {
    ...(temperature === undefined || thinks ? {} : { temperature: Math.min(1, temperature) }),
    // Both at once are refused.
    ...(topP === undefined || thinks || temperature !== undefined ? {} : { top_p: topP }),
    ...(toolChoice === undefined || tools.length === 0 ? {} : { tool_choice: toAnthropicChoice(toolChoice) }),
    ...((effort && thinks) || format ? { output_config: { ...(effort && thinks ? { effort } : {}), ...(format ? { format } : {}) } } : {}),
  };
}

function toAnthropicChoice(choice: NonNullable<ModelRequest["toolChoice"]>): Anthropic.ToolChoice {
  return typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };
}

function toTool(tool: ModelRequest["tools"][number]): Anthropic.Tool {
  return { name: tool.name, description: tool.description, input_schema: { ...tool.inputSchema, type: "object" } };
}

function toBlock(part: ModelContent, provider: string, model: string): Block[] {
  switch (part.type) {
    case "text":
      return [{ type: "text", text: part.text }];
    case "image":
      return [imageBlock(part)];
    case "reasoning": {
      const sealed = unpackSignature(part.signature, provider, model);
      if (sealed?.kind === "redacted") return [{ type: "redacted_thinking", data: sealed.value }];
      return sealed?.kind === "thinking" ? [{ type: "thinking", thinking: part.text, signature: sealed.value }] : [];
    }
    case "tool-call":
      return [
        {
          type: "tool_use",
          id: wireCallId(part.callId),
          name: part.name,
          input: isRecord(part.input) ? part.input : { value: part.input },
        },
      ];
    case "tool-result":
      return [
        {
          type: "tool_result",
          tool_use_id: wireCallId(part.callId),
          content: resultContent(part.output || "(no output)", part.images ?? []),
          ...(part.isError ? { is_error: true } : {}),
        },
      ];
  }
}

function imageBlock({ mime, data }: ModelImage): Anthropic.ImageBlockParam {
  return { type: "image", source: { type: "base64", media_type: mime, data } };
}

function resultContent(output: string, images: readonly ModelImage[]): string | (Anthropic.TextBlockParam | Anthropic.ImageBlockParam)[] {
  return images.length === 0 ? output : [{ type: "text" as const, text: output }, ...images.map(imageBlock)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The instructions' breakpoint covers the tools too (they come first). Two more stand at the ends of the last two user
 * messages: what this call writes, and what the call before it wrote and this one reads.
 */
function placeBreakpoints(messages: { role: ModelMessage["role"]; content: Block[] }[]): void {
  const users = messages.filter((message) => message.role === "user").slice(-2);
  for (const message of users) {
    const last = message.content.at(-1);
    if (last?.type === "text" || last?.type === "image" || last?.type === "tool_result") last.cache_control = ephemeral;
  }
}

import type Anthropic from "@anthropic-ai/sdk";
import type { ModelUsage } from "../contract.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { parseToolInput } from "./parse-tool-input.ts";
import { packSignature } from "./reasoning-signature.ts";
import { uniqueCallId } from "./unique-call-id.ts";
import { WireFault } from "./wire-fault.ts";

type StreamContext = Pick<ModelCall, "source" | "name" | "touch" | "meter">;

type OpenBlock =
  | { readonly type: "text" }
  | { readonly type: "thinking"; signature: string }
  | { readonly type: "tool"; readonly callId: string; readonly name: string; json: string; readonly initial: unknown };

interface Progress {
  readonly blocks: Map<number, OpenBlock>;
  readonly callIds: Set<string>;
  model: string;
  stopReason: Anthropic.StopReason | null;
}

/** Translates the Messages API's events. Throws WireFault "disconnected" when the stream ends before its end. */
export async function* readAnthropicStream(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  context: StreamContext,
): AsyncGenerator<WireEvent> {
  const { meter } = context;
  const progress: Progress = {
    blocks: new Map(),
    callIds: new Set(),
    model: context.name,
    stopReason: null,
  };
  for await (const event of events) {
    context.touch();
    switch (event.type) {
      case "message_start":
        progress.model = event.message.model;
        meter.usage = withUsage(meter.usage ?? nothing, event.message.usage);
        break;
      case "content_block_start":
        yield* openBlock(event, progress, context);
        break;
      case "content_block_delta":
        meter.outputChars += charsOf(event.delta);
        yield* readDelta(event, progress);
        break;
      case "content_block_stop":
        yield* closeBlock(event.index, progress, context);
        break;
      case "message_delta":
        progress.stopReason = event.delta.stop_reason ?? progress.stopReason;
        meter.usage = withUsage(meter.usage ?? nothing, event.usage);
        break;
      case "message_stop":
        yield { type: "finish", reason: finishReason(progress.stopReason), usage: meter.usage ?? nothing, responseModel: progress.model };
        return;
    }
  }
  throw new WireFault({ kind: "disconnected" });
}

const nothing: ModelUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

type UsageReport = Partial<
  Pick<Anthropic.Usage, "input_tokens" | "output_tokens" | "cache_read_input_tokens" | "cache_creation_input_tokens">
> & {
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null;
};

// Each report holds totals so far; a compatible server may leave fields out.
function withUsage(before: ModelUsage, report: { [K in keyof UsageReport]?: UsageReport[K] | null } | null | undefined): ModelUsage {
  return {
    inputTokens: report?.input_tokens ?? before.inputTokens,
    outputTokens: report?.output_tokens ?? before.outputTokens,
    cacheReadTokens: report?.cache_read_input_tokens ?? before.cacheReadTokens,
    cacheWriteTokens: report?.cache_creation_input_tokens ?? before.cacheWriteTokens,
    reasoningTokens: report?.output_tokens_details?.thinking_tokens ?? before.reasoningTokens,
  };
}

function* openBlock(event: Anthropic.RawContentBlockStartEvent, progress: Progress, context: StreamContext): Generator<WireEvent> {
  const block = event.content_block;
  switch (block.type) {
    case "text":
      progress.blocks.set(event.index, { type: "text" });
      if (block.text) yield { type: "text-delta", text: block.text };
      break;
    case "thinking":
      progress.blocks.set(event.index, { type: "thinking", signature: block.signature });
      if (block.thinking) yield { type: "reasoning-delta", text: block.thinking };
      break;
    case "redacted_thinking":
      yield {
        type: "reasoning-end",
        signature: packSignature({ provider: context.source.provider, model: context.name, kind: "redacted", value: block.data }),
      };
      break;
    case "tool_use":
      yield startCall(event.index, block, progress);
      break;
    default:
      break;
  }
}

function charsOf(delta: Anthropic.RawContentBlockDelta): number {
  switch (delta.type) {
    case "text_delta":
      return delta.text.length;
    case "thinking_delta":
      return delta.thinking.length;
    case "input_json_delta":
      return delta.partial_json.length;
    default:
      return 0;
  }
}

function startCall(index: number, { id, name, input }: Anthropic.ToolUseBlock, { blocks, callIds }: Progress): WireEvent {
  const callId = uniqueCallId(id, callIds);
  blocks.set(index, { type: "tool", callId, name, json: "", initial: input });
  return { type: "tool-call-start", callId, name };
}

function* readDelta(event: Anthropic.RawContentBlockDeltaEvent, progress: Progress): Generator<WireEvent> {
  const block = progress.blocks.get(event.index);
  const { delta } = event;
  if (delta.type === "text_delta" && delta.text) yield { type: "text-delta", text: delta.text };
  else if (delta.type === "thinking_delta" && delta.thinking) yield { type: "reasoning-delta", text: delta.thinking };
  else if (delta.type === "signature_delta" && block?.type === "thinking") block.signature += delta.signature;
  else if (delta.type === "input_json_delta" && block?.type === "tool") block.json += delta.partial_json;
}

function* closeBlock(index: number, progress: Progress, { source, name: model }: StreamContext): Generator<WireEvent> {
  const block = progress.blocks.get(index);
  progress.blocks.delete(index);
  if (block?.type === "thinking") {
    const signature = block.signature
      ? packSignature({ provider: source.provider, model, kind: "thinking", value: block.signature })
      : null;
    yield { type: "reasoning-end", signature };
  } else if (block?.type === "tool") {
    yield { type: "tool-call", callId: block.callId, name: block.name, ...parseToolInput(block.json, block.initial) };
  }
}

function finishReason(reason: Anthropic.StopReason | null): Extract<WireEvent, { type: "finish" }>["reason"] {
  switch (reason) {
    case "end_turn":
    case "stop_sequence":
      return "stop";
    case "tool_use":
      return "tool-calls";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "refusal":
      return "refusal";
    default:
      return "other";
  }
}

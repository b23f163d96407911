import type OpenAI from "openai";
import type { ModelUsage } from "../contract.ts";
import { estimateUsage } from "./estimate-usage.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { parseToolInput } from "./parse-tool-input.ts";
import { addDetails } from "./reasoning-details.ts";
import { packSignature } from "./reasoning-signature.ts";
import { uniqueCallId } from "./unique-call-id.ts";
import { WireFault } from "./wire-fault.ts";

type StreamContext = Pick<ModelCall, "request" | "source" | "name" | "touch" | "meter">;

interface OpenCall {
  readonly callId: string;
  readonly wireId: string | null;
  readonly name: string;
  json: string;
}

interface Progress {
  readonly calls: OpenCall[];
  readonly callIds: Set<string>;
  /** the call that a wire index means at the moment */
  readonly byIndex: Map<number, OpenCall>;
  model: string;
  finishReason: string | null;
  refused: boolean;
  reasoning: boolean;
  details: ReturnType<typeof addDetails>;
}

const noIndex = -1;

type Chunk = OpenAI.ChatCompletionChunk;
type Delta = OpenAI.ChatCompletionChunk.Choice.Delta;
type ToolCallDelta = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall;

/** Translates Chat Completions' chunks. Throws WireFault "disconnected" when the stream ends without a finish reason. */
export async function* readChatStream(chunks: AsyncIterable<Chunk>, context: StreamContext): AsyncGenerator<WireEvent> {
  const { meter } = context;
  const progress: Progress = {
    calls: [],
    callIds: new Set(),
    byIndex: new Map(),
    model: context.name,
    finishReason: null,
    refused: false,
    reasoning: false,
    details: [],
  };
  for await (const chunk of chunks) {
    context.touch();
    if (chunk.model) progress.model = chunk.model;
    if (chunk.usage) meter.usage = toUsage(chunk.usage);
    const choice = chunk.choices?.[0];
    if (choice?.delta) yield* readDelta(choice.delta, progress, context);
    if (choice?.finish_reason) progress.finishReason = choice.finish_reason;
  }
  if (progress.finishReason === null) throw new WireFault({ kind: "disconnected" });
  if (progress.reasoning) yield { type: "reasoning-end", signature: null };
  for (const { callId, name, json } of progress.calls) yield { type: "tool-call", callId, name, ...parseToolInput(json) };
  if (progress.details.length > 0) {
    const sealed = {
      provider: context.source.provider,
      model: context.name,
      kind: "details",
      value: JSON.stringify(progress.details),
    } as const;
    yield { type: "reasoning-end", signature: packSignature(sealed) };
  }
  yield {
    type: "finish",
    reason: finishReason(progress),
    usage: meter.usage ?? estimateUsage(context.request, meter.outputChars),
    responseModel: progress.model,
    ...(meter.usage ? {} : { usageEstimated: true }),
  };
}

// Reasoning stands in fields of their own that the SDK's types don't know: DeepSeek, vLLM and llama.cpp say
// `reasoning_content`, OpenRouter, Groq and Ollama say `reasoning`.
function reasoningOf(delta: Delta): string {
  for (const name of ["reasoning_content", "reasoning"]) {
    const value: unknown = Reflect.get(delta, name);
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

function* readDelta(delta: Delta, progress: Progress, context: StreamContext): Generator<WireEvent> {
  progress.details = addDetails(progress.details, Reflect.get(delta, "reasoning_details"));
  const reasoning = reasoningOf(delta);
  if (reasoning) {
    progress.reasoning = true;
    context.meter.outputChars += reasoning.length;
    yield { type: "reasoning-delta", text: reasoning };
  }
  if (delta.refusal) progress.refused = true;
  const text = delta.content || delta.refusal || "";
  if ((text || delta.tool_calls?.length) && progress.reasoning) {
    progress.reasoning = false;
    yield { type: "reasoning-end", signature: null };
  }
  if (text) {
    context.meter.outputChars += text.length;
    yield { type: "text-delta", text };
  }
  for (const part of delta.tool_calls ?? []) yield* readCall(part, progress, context);
}

// Some servers give no index, no id, or every call the index 0.
function* readCall(part: ToolCallDelta, progress: Progress, { source, name: model, meter }: StreamContext): Generator<WireEvent> {
  const index = Number.isInteger(part.index) ? part.index : noIndex;
  const known = progress.byIndex.get(index);
  const json = argumentsOf(part);
  const name = part.function?.name ?? "";
  meter.outputChars += json.length;
  const another = name !== "" && (part.id ? part.id !== known?.wireId : index === noIndex);
  if (known && !another) {
    known.json += json;
    return;
  }
  const callId = uniqueCallId(part.id, progress.callIds);
  const call: OpenCall = { callId, wireId: part.id ?? null, name, json };
  progress.calls.push(call);
  progress.byIndex.set(index, call);
  const extra: unknown = Reflect.get(part, "extra_content");
  if (typeof extra === "object" && extra !== null) {
    yield {
      type: "reasoning-end",
      signature: packSignature({ provider: source.provider, model, kind: "call", value: JSON.stringify(extra) }),
    };
  }
  yield { type: "tool-call-start", callId, name };
}

function argumentsOf(part: ToolCallDelta): string {
  const value: unknown = part.function?.arguments;
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function toUsage(usage: OpenAI.CompletionUsage): ModelUsage {
  const cacheReadTokens = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const written: unknown = Reflect.get(usage.prompt_tokens_details ?? {}, "cache_write_tokens");
  const cacheWriteTokens = typeof written === "number" ? written : 0;
  return {
    inputTokens: Math.max(0, (usage.prompt_tokens ?? 0) - cacheReadTokens - cacheWriteTokens),
    outputTokens: usage.completion_tokens ?? 0,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

function finishReason(progress: Progress): Extract<WireEvent, { type: "finish" }>["reason"] {
  if (progress.refused || progress.finishReason === "content_filter") return "refusal";
  // Several servers say "stop" after tool calls.
  if (progress.calls.length > 0 && progress.finishReason !== "length") return "tool-calls";
  switch (progress.finishReason) {
    case "stop":
      return "stop";
    case "tool_calls":
    case "function_call":
      return "tool-calls";
    case "length":
      return "length";
    default:
      return "other";
  }
}

import type OpenAI from "openai";
import type { ModelUsage } from "../contract.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { parseToolInput } from "./parse-tool-input.ts";
import { packSignature } from "./reasoning-signature.ts";
import { uniqueCallId } from "./unique-call-id.ts";
import { WireFault } from "./wire-fault.ts";

type StreamContext = Pick<ModelCall, "source" | "name" | "touch" | "meter">;

interface Progress {
  readonly callIds: Set<string>;
  /** calls that are being written, by their place in the answer */
  readonly open: Map<number, string>;
  refused: boolean;
}

type Finish = Extract<WireEvent, { type: "finish" }>;

/** Translates the Responses API's events. Throws WireFault for what it reports as an error, and "disconnected" without an end. */
export async function* readResponsesStream(
  events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>,
  context: StreamContext,
): AsyncGenerator<WireEvent> {
  const progress: Progress = { callIds: new Set(), open: new Map(), refused: false };
  for await (const event of events) {
    context.touch();
    if ("delta" in event && typeof event.delta === "string") context.meter.outputChars += event.delta.length;
    switch (event.type) {
      case "response.output_text.delta":
        yield { type: "text-delta", text: event.delta };
        break;
      case "response.refusal.delta":
        progress.refused = true;
        yield { type: "text-delta", text: event.delta };
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        yield { type: "reasoning-delta", text: event.delta };
        break;
      case "response.reasoning_summary_part.added":
        if (event.summary_index > 0) yield { type: "reasoning-delta", text: "\n\n" };
        break;
      case "response.output_item.added":
        if (event.item.type === "function_call") {
          const callId = uniqueCallId(event.item.call_id, progress.callIds);
          progress.open.set(event.output_index, callId);
          yield { type: "tool-call-start", callId, name: event.item.name };
        }
        break;
      case "response.output_item.done":
        yield* closeItem(event, progress, context);
        break;
      case "response.completed":
      case "response.incomplete":
        yield finishOf(event.response, progress, context.name);
        return;
      case "response.failed":
        if (event.response.usage) context.meter.usage = usageOf(event.response.usage);
        throw streamError(event.response.error?.code ?? null, event.response.error?.message ?? "");
      case "error":
        throw streamError(event.code, event.message);
      default:
        break;
    }
  }
  throw new WireFault({ kind: "disconnected" });
}

function streamError(code: string | null, detail: string): WireFault {
  return new WireFault({ kind: "stream-error", type: code, detail });
}

function* closeItem(
  { item, output_index }: OpenAI.Responses.ResponseOutputItemDoneEvent,
  progress: Progress,
  context: StreamContext,
): Generator<WireEvent> {
  if (item.type === "function_call") {
    const callId = progress.open.get(output_index) ?? uniqueCallId(item.call_id, progress.callIds);
    progress.open.delete(output_index);
    yield { type: "tool-call", callId, name: item.name, ...parseToolInput(item.arguments) };
  } else if (item.type === "reasoning") {
    const { id, summary, encrypted_content } = item;
    const value = encrypted_content ? JSON.stringify({ id, summary, encrypted_content }) : null;
    yield {
      type: "reasoning-end",
      signature: value === null ? null : packSignature({ provider: context.source.provider, model: context.name, kind: "item", value }),
    };
  }
}

function finishOf(response: OpenAI.Responses.Response, progress: Progress, model: string): Finish {
  return { type: "finish", reason: reasonOf(response, progress), usage: usageOf(response.usage), responseModel: response.model ?? model };
}

function reasonOf(response: OpenAI.Responses.Response, progress: Progress): Finish["reason"] {
  const cut = response.incomplete_details?.reason;
  if (cut === "content_filter" || progress.refused) return "refusal";
  if (cut === "max_output_tokens" || response.status === "incomplete") return "length";
  return progress.callIds.size > 0 ? "tool-calls" : "stop";
}

function usageOf(usage: OpenAI.Responses.ResponseUsage | undefined): ModelUsage {
  const cacheReadTokens = usage?.input_tokens_details?.cached_tokens ?? 0;
  const cacheWriteTokens = usage?.input_tokens_details?.cache_write_tokens ?? 0;
  return {
    inputTokens: Math.max(0, (usage?.input_tokens ?? 0) - cacheReadTokens - cacheWriteTokens),
    outputTokens: usage?.output_tokens ?? 0,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens ?? 0,
  };
}

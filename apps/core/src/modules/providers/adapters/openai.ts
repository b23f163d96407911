import OpenAI from "openai";
import { limits } from "../../../platform/limits.ts";
import { findInCatalogue } from "../catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { toOpenAiMessages, toOpenAiTools } from "./openai-messages.ts";
import { readOpenAiStream } from "./openai-stream.ts";
import { sourceFetch } from "./source-fetch.ts";
import { faultOfSdkError, faultOfUnknown, type WireFault } from "./wire-fault.ts";

function clientOf(source: ModelSource): OpenAI {
  return new OpenAI({
    // The SDK insists on a key; servers without one ignore it.
    apiKey: source.apiKey || "none",
    // Only what we are given counts, never this process's environment.
    organization: null,
    project: null,
    baseURL: source.baseUrl ?? "https://api.openai.com/v1",
    maxRetries: 0,
    timeout: limits.model.firstByteTimeoutMs + limits.model.idleTimeoutMs,
    logLevel: "off",
    fetch: sourceFetch(source),
  });
}

function toFault(error: unknown, signal: AbortSignal, hasBegun: boolean): WireFault {
  const isAnswer = error instanceof OpenAI.APIError && (error.status !== undefined || error.error !== undefined);
  return isAnswer ? faultOfSdkError(error, new Date()) : faultOfUnknown(error, signal, hasBegun);
}

/** One call of Chat Completions, at OpenAI or at a compatible server. */
export async function* callOpenAi(call: ModelCall): AsyncGenerator<WireEvent> {
  const { source, signal } = call;
  let hasBegun = false;
  try {
    const stream = await clientOf(source).chat.completions.create(toParameters(call), { signal });
    hasBegun = true;
    yield* readOpenAiStream(stream, { request: call.request, model: call.name, touch: call.touch });
  } catch (error) {
    throw toFault(error, signal, hasBegun);
  }
}

function toParameters({ source, name, request }: ModelCall): OpenAI.ChatCompletionCreateParamsStreaming {
  const known = findInCatalogue(source.kind, name);
  const tools = toOpenAiTools(request);
  return {
    model: name,
    messages: toOpenAiMessages(request),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 ? { tools } : {}),
    ...(tools.length > 0 && known?.toolsNeedNoReasoning ? { reasoning_effort: "none" as const } : {}),
    ...outputLimit(source, request.maxOutputTokens, known?.maxOutputTokens),
  };
}

// OpenAI's newer models refuse `max_tokens`; compatible servers often know nothing else.
function outputLimit(source: ModelSource, wanted: number | undefined, most: number | undefined) {
  if (wanted === undefined) return {};
  const tokens = Math.min(wanted, most ?? wanted);
  return source.kind === "openai" ? { max_completion_tokens: tokens } : { max_tokens: tokens };
}

/** The cheapest call that proves a key: the list of models. Throws WireFault. */
export async function testOpenAiKey(source: ModelSource, signal: AbortSignal): Promise<void> {
  try {
    await clientOf(source).models.list({ signal });
  } catch (error) {
    throw toFault(error, signal, false);
  }
}

import OpenAI from "openai";
import { limits } from "../../../platform/limits.ts";
import { findInCatalogue } from "../catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { toOpenAiMessages, toOpenAiTools } from "./openai-messages.ts";
import { readOpenAiStream } from "./openai-stream.ts";
import { sourceFetch } from "./source-fetch.ts";
import { faultOfSdkError, faultOfUnknown, WireFault } from "./wire-fault.ts";

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

/**
 * The cheapest calls that prove a key: the list of models, and, at a server that shows its list to anybody, one token
 * of its first model. Throws WireFault.
 */
export async function testOpenAiKey(source: ModelSource, signal: AbortSignal): Promise<void> {
  try {
    const models = await listModels(source, signal);
    const [first] = models;
    if (source.kind === "openai" || source.apiKey === "" || first === undefined) return;
    const stranger = { ...source, apiKey: "not-a-key" };
    const isOpen = await listModels(stranger, signal).then(
      () => true,
      () => false,
    );
    if (isOpen) await askOneToken(source, first, signal);
  } catch (error) {
    throw toFault(error, signal, false);
  }
}

async function listModels(source: ModelSource, signal: AbortSignal): Promise<string[]> {
  const page: { data?: unknown } = await clientOf(source).models.list({ signal });
  const ids = Array.isArray(page.data) ? page.data.flatMap((model: unknown) => (isModel(model) ? [model.id] : [])) : [];
  // The SDK takes any page of HTML for an empty list.
  if (ids.length === 0) throw new WireFault({ kind: "malformed", detail: "no list of models" });
  return ids;
}

function isModel(value: unknown): value is { id: string } {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}

// Only a refusal of the key counts: the first model of a list need not be one that can talk.
async function askOneToken(source: ModelSource, model: string, signal: AbortSignal): Promise<void> {
  try {
    await clientOf(source).chat.completions.create({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }, { signal });
  } catch (error) {
    const isRefusal = error instanceof OpenAI.APIError && (error.status === 401 || error.status === 403);
    if (isRefusal) throw error;
  }
}

import OpenAI from "openai";
import { toChatMessages, toChatTools } from "./chat-messages.ts";
import { readChatStream } from "./chat-stream.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { openAiClient, openAiFault } from "./openai-client.ts";

// Servers that refuse the wish for usage, by address: asked once each.
const withoutUsage = new Set<string>();

/** One call of Chat Completions: what compatible servers speak. */
export async function* callChatCompletions(call: ModelCall): AsyncGenerator<WireEvent> {
  const { signal } = call;
  let hasBegun = false;
  try {
    const stream = await open(call);
    hasBegun = true;
    yield* readChatStream(stream, { request: call.request, model: call.name, touch: call.touch });
  } catch (error) {
    throw openAiFault(error, signal, hasBegun);
  }
}

async function open(call: ModelCall) {
  const { signal, source } = call;
  const { completions } = openAiClient(source).chat;
  const address = source.baseUrl ?? "";
  try {
    return await completions.create(toParameters(call, !withoutUsage.has(address)), { signal });
  } catch (error) {
    const isRefused =
      error instanceof OpenAI.APIError && (error.status === 400 || error.status === 422) && /stream_options/.test(error.message);
    if (!isRefused) throw error;
    withoutUsage.add(address);
    return await completions.create(toParameters(call, false), { signal });
  }
}

function toParameters({ name, request }: ModelCall, withUsage: boolean): OpenAI.ChatCompletionCreateParamsStreaming {
  const tools = toChatTools(request);
  return {
    model: name,
    messages: toChatMessages(request),
    stream: true,
    ...(withUsage ? { stream_options: { include_usage: true } } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    // Many of these servers know the limit by its old name only.
    ...(request.maxOutputTokens === undefined ? {} : { max_tokens: request.maxOutputTokens }),
  };
}

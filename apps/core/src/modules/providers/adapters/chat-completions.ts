import type OpenAI from "openai";
import { toChatMessages, toChatTools } from "./chat-messages.ts";
import { readChatStream } from "./chat-stream.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { openAiClient, openAiFault } from "./openai-client.ts";

/** One call of Chat Completions: what compatible servers speak. */
export async function* callChatCompletions(call: ModelCall): AsyncGenerator<WireEvent> {
  const { source, signal } = call;
  let hasBegun = false;
  try {
    const stream = await openAiClient(source).chat.completions.create(toParameters(call), { signal });
    hasBegun = true;
    yield* readChatStream(stream, { request: call.request, model: call.name, touch: call.touch });
  } catch (error) {
    throw openAiFault(error, signal, hasBegun);
  }
}

function toParameters({ name, request }: ModelCall): OpenAI.ChatCompletionCreateParamsStreaming {
  const tools = toChatTools(request);
  return {
    model: name,
    messages: toChatMessages(request),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 ? { tools } : {}),
    // Many of these servers know the limit by its old name only.
    ...(request.maxOutputTokens === undefined ? {} : { max_tokens: request.maxOutputTokens }),
  };
}

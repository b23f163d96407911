import OpenAI from "openai";
import { findProvider } from "../catalogue/catalogue.ts";
import type { Quirks } from "../catalogue/provider-entry.ts";
import type { ModelRequest } from "../contract.ts";
import type { ModelSource } from "../model-source.ts";
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
    yield* readChatStream(stream, call);
  } catch (error) {
    throw openAiFault(error, signal, hasBegun);
  }
}

async function open(call: ModelCall) {
  const { signal, source } = call;
  const { completions } = openAiClient(source).chat;
  const address = source.baseUrl ?? "";
  try {
    const wantsUsage = quirksOf(source).streamUsage !== false && !withoutUsage.has(address);
    return await completions.create(toParameters(call, wantsUsage), { signal });
  } catch (error) {
    const isRefused =
      error instanceof OpenAI.APIError && (error.status === 400 || error.status === 422) && /stream_options/.test(error.message);
    if (!isRefused) throw error;
    withoutUsage.add(address);
    return await completions.create(toParameters(call, false), { signal });
  }
}

function quirksOf(source: ModelSource): Quirks {
  return findProvider(source.provider)?.quirks ?? {};
}

function toParameters(call: ModelCall, withUsage: boolean): OpenAI.ChatCompletionCreateParamsStreaming {
  const { name, source, abilities } = call;
  const quirks = quirksOf(source);
  const isEnforced = abilities.structuredOutput !== false && (call.request.tools.length === 0 || quirks.schemaWithTools !== false);
  const request = call.request.responseSchema && !isEnforced ? withSchemaInWords(call.request) : call.request;
  const { temperature, topP, reasoningEffort, toolChoice, responseSchema, maxOutputTokens } = request;
  const tools = abilities.tools === false ? [] : toChatTools(request);
  return {
    model: name,
    messages: toChatMessages(request, { provider: source.provider, model: name, quirks }),
    stream: true,
    ...(withUsage ? { stream_options: { include_usage: true } } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    // Many of these servers know the limit by its old name only.
    ...(maxOutputTokens === undefined ? {} : { [quirks.maxTokensField ?? "max_tokens"]: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(reasoningEffort && quirks.effort ? { reasoning_effort: reasoningEffort === "max" ? "high" : reasoningEffort } : {}),
    ...(toolChoice === undefined || tools.length === 0 || quirks.toolChoice === false ? {} : { tool_choice: toChoice(toolChoice) }),
    ...(responseSchema
      ? { response_format: { type: "json_schema", json_schema: { name: responseSchema.name, schema: { ...responseSchema.schema } } } }
      : {}),
  };
}

/** For servers that can't hold an answer to a schema: the model is asked to. */
function withSchemaInWords({ responseSchema, ...request }: ModelRequest): ModelRequest {
  const wish = `Answer with nothing but one JSON value of this schema:\n${JSON.stringify(responseSchema?.schema)}`;
  return { ...request, system: [request.system, wish].filter((text) => text !== "").join("\n\n") };
}

function toChoice(choice: NonNullable<ModelRequest["toolChoice"]>): OpenAI.ChatCompletionToolChoiceOption {
  if (typeof choice !== "string") return { type: "function", function: { name: choice.name } };
  return choice === "any" ? "required" : choice;
}

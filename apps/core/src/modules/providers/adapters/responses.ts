import OpenAI from "openai";
import { findInCatalogue } from "../catalogue/catalogue.ts";
import type { ModelRequest } from "../contract.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { openAiClient, openAiFault } from "./openai-client.ts";
import { toResponsesInput, toResponsesTools } from "./responses-input.ts";
import { readResponsesStream } from "./responses-stream.ts";

// Accounts that OpenAI has not verified may not see summaries of reasoning; asked once for each key.
const withoutSummaries = new Set<string>();

/** One call of OpenAI's Responses API. Nothing is stored there: reasoning travels with us, sealed. */
export async function* callResponses(call: ModelCall): AsyncGenerator<WireEvent> {
  let hasBegun = false;
  try {
    const stream = await open(call);
    hasBegun = true;
    yield* readResponsesStream(stream, call);
  } catch (error) {
    throw openAiFault(error, call.signal, hasBegun);
  }
}

async function open(call: ModelCall) {
  const { source, signal } = call;
  const client = openAiClient(source);
  const account = source.keyId ?? source.source;
  try {
    return await client.responses.create(toParameters(call, !withoutSummaries.has(account)), { signal });
  } catch (error) {
    if (!isRefusedSummary(error)) throw error;
    withoutSummaries.add(account);
    return await client.responses.create(toParameters(call, false), { signal });
  }
}

function isRefusedSummary(error: unknown): boolean {
  return error instanceof OpenAI.BadRequestError && /reasoning\.summary|reasoning summar/i.test(error.message);
}

function toParameters({ source, name, request }: ModelCall, withSummary: boolean): OpenAI.Responses.ResponseCreateParamsStreaming {
  const { temperature, topP, reasoningEffort, toolChoice, responseSchema } = request;
  const known = findInCatalogue("openai", name) ?? findInCatalogue(source.provider, name);
  const reasons = known?.reasons ?? /^(o\d|gpt-[5-9])/.test(name);
  const limit = request.maxOutputTokens;
  return {
    model: name,
    input: toResponsesInput(request, source.provider, name),
    stream: true,
    store: false,
    ...(request.system ? { instructions: request.system } : {}),
    ...(request.tools.length > 0 ? { tools: toResponsesTools(request) } : {}),
    ...(reasons ? { include: ["reasoning.encrypted_content"] } : {}),
    ...(reasons && (withSummary || reasoningEffort)
      ? { reasoning: { ...(withSummary ? { summary: "auto" } : {}), ...(reasoningEffort ? { effort: effortOf(reasoningEffort) } : {}) } }
      : {}),
    ...(temperature === undefined || reasons ? {} : { temperature }),
    ...(topP === undefined || reasons ? {} : { top_p: topP }),
    ...(toolChoice === undefined || request.tools.length === 0 ? {} : { tool_choice: toChoice(toolChoice) }),
    ...(responseSchema
      ? { text: { format: { type: "json_schema", name: responseSchema.name, schema: { ...responseSchema.schema }, strict: false } } }
      : {}),
    ...(limit === undefined ? {} : { max_output_tokens: Math.min(limit, known?.maxOutputTokens ?? limit) }),
  };
}

function effortOf(effort: NonNullable<ModelRequest["reasoningEffort"]>): "none" | "minimal" | "low" | "medium" | "high" | "xhigh" {
  return effort === "max" ? "xhigh" : effort;
}

function toChoice(choice: NonNullable<ModelRequest["toolChoice"]>) {
  if (typeof choice !== "string") return { type: "function" as const, name: choice.name };
  return choice === "any" ? ("required" as const) : choice;
}

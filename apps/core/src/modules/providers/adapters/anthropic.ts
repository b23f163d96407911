import Anthropic from "@anthropic-ai/sdk";
import { limits } from "../../../platform/limits.ts";
import { findInCatalogue } from "../catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import { toAnthropicRequest } from "./anthropic-messages.ts";
import { readAnthropicStream } from "./anthropic-stream.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { sourceFetch } from "./source-fetch.ts";
import { faultOfSdkError, faultOfUnknown, WireFault } from "./wire-fault.ts";

function clientOf(source: ModelSource): Anthropic {
  return new Anthropic({
    apiKey: source.apiKey,
    // Only what we are given counts, never this process's environment.
    authToken: null,
    baseURL: source.baseUrl ?? "https://api.anthropic.com",
    maxRetries: 0,
    timeout: limits.model.firstByteTimeoutMs + limits.model.idleTimeoutMs,
    logLevel: "off",
    fetch: sourceFetch(source),
  });
}

function toFault(error: unknown, signal: AbortSignal, hasBegun: boolean): WireFault {
  const isAnswer = error instanceof Anthropic.APIError && (error.status !== undefined || error.error !== undefined);
  return isAnswer ? faultOfSdkError(error, new Date()) : faultOfUnknown(error, signal, hasBegun);
}

/** One call of the Messages API. */
export async function* callAnthropic(call: ModelCall): AsyncGenerator<WireEvent> {
  const { source, name, request, signal, touch } = call;
  let hasBegun = false;
  try {
    const stream = await clientOf(source).messages.create(
      {
        model: name,
        max_tokens: maxTokens(request.maxOutputTokens, name),
        stream: true,
        ...toAnthropicRequest(request, source.provider, name),
      },
      { signal },
    );
    hasBegun = true;
    yield* readAnthropicStream(stream, { provider: source.provider, model: name, touch });
  } catch (error) {
    throw toFault(error, signal, hasBegun);
  }
}

function maxTokens(wanted: number | undefined, name: string): number {
  const most = findInCatalogue("anthropic", name)?.maxOutputTokens ?? limits.model.defaultMaxOutputTokens;
  return Math.min(wanted ?? limits.model.defaultMaxOutputTokens, most);
}

/** The cheapest call that proves a key: the list of models, one entry long. Throws WireFault. */
export async function testAnthropicKey(source: ModelSource, signal: AbortSignal): Promise<void> {
  try {
    const page: { data?: unknown } = await clientOf(source).models.list({ limit: 1 }, { signal });
    // The SDK takes any page of HTML for an empty list.
    if (!Array.isArray(page.data) || page.data.length === 0) throw new WireFault({ kind: "malformed", detail: "no list of models" });
  } catch (error) {
    throw toFault(error, signal, false);
  }
}

import Anthropic from "@anthropic-ai/sdk";
import { limits } from "../../../platform/limits.ts";
import { findClaude, findProvider } from "../catalogue/catalogue.ts";
import type { ModelRequest } from "../contract.ts";
import type { ModelSource } from "../model-source.ts";
import { anthropicOptions, toAnthropicRequest } from "./anthropic-messages.ts";
import { readAnthropicStream } from "./anthropic-stream.ts";
import { cloudFetch } from "./cloud-fetch.ts";
import type { ModelCall, WireEvent } from "./model-call.ts";
import { modelPatience } from "./model-patience.ts";
import { toldErrors } from "./told-errors.ts";
import { faultOfSdkError, faultOfUnknown, WireFault } from "./wire-fault.ts";

function clientOf(source: ModelSource): Anthropic {
  return new Anthropic({
    apiKey: source.apiKey,
    // Only what we are given counts, never this process's environment.
    authToken: null,
    baseURL: source.baseUrl ?? "https://api.anthropic.com",
    maxRetries: 0,
    timeout: modelPatience().inAllMs,
    logLevel: "off",
    fetch: toldErrors(cloudFetch(source)),
  });
}

function toFault(error: unknown, signal: AbortSignal, hasBegun: boolean): WireFault {
  const isAnswer = error instanceof Anthropic.APIError && (error.status !== undefined || error.error !== undefined);
  return isAnswer ? faultOfSdkError(error, new Date()) : faultOfUnknown(error, signal, hasBegun);
}

/** One call of the Messages API. */
export async function* callAnthropic(call: ModelCall): AsyncGenerator<WireEvent> {
  const { source, name, request, signal } = call;
  let hasBegun = false;
  try {
    const { thinking, headers } = thinkingOf(name, request);
    const stream = await clientOf(source).messages.create(
      {
        model: name,
        max_tokens: maxTokens(request.maxOutputTokens, name),
        stream: true,
        ...(thinking ? { thinking } : {}),
        ...anthropicOptions(request, thinking !== null),
        ...toAnthropicRequest(request, source.provider, name),
      },
      { signal, headers },
    );
    hasBegun = true;
    yield* readAnthropicStream(stream, call);
  } catch (error) {
    throw toFault(error, signal, hasBegun);
  }
}

interface Thinking extends Anthropic.ThinkingConfigAdaptive {
  readonly block_binding?: { readonly prefix_mismatch_behavior: "drop_block" };
}

/**
 * Thoughts are shown as summaries. A history that was compacted or edited invalidates the thoughts behind the change:
 * the newest models refuse it with 400 unless they are told to drop such thoughts.
 */
function thinkingOf(
  name: string,
  { reasoningEffort, toolChoice }: ModelRequest,
): { thinking: Thinking | null; headers: Record<string, string> } {
  const known = findClaude(name);
  // A tool that must be called leaves no room to think first.
  const isForced = toolChoice !== undefined && toolChoice !== "auto" && toolChoice !== "none";
  if (!known?.adaptiveThinking || reasoningEffort === "none" || isForced) return { thinking: null, headers: {} };
  const thinking: Thinking = { type: "adaptive", display: "summarized" };
  if (!known.boundThoughts) return { thinking, headers: {} };
  return {
    thinking: { ...thinking, block_binding: { prefix_mismatch_behavior: "drop_block" } },
    headers: { "anthropic-beta": "thinking-binding-controls-2026-08-01" },
  };
}

function maxTokens(wanted: number | undefined, name: string): number {
  const most = findClaude(name)?.maxOutputTokens ?? limits.model.defaultMaxOutputTokens;
  return Math.min(wanted ?? limits.model.defaultMaxOutputTokens, most);
}

/** The cheapest call that proves a key: the list of models, one entry long; at a cloud, which has none, one token. Throws WireFault. */
export async function testAnthropicKey(source: ModelSource, signal: AbortSignal): Promise<void> {
  try {
    const entry = findProvider(source.provider);
    const [model] = entry?.models ?? [];
    if (entry?.transport && model) {
      await askOneToken(source, model.name, signal);
      return;
    }
    const page: { data?: unknown } = await clientOf(source).models.list({ limit: 1 }, { signal });
    // The SDK takes any page of HTML for an empty list.
    if (!Array.isArray(page.data) || page.data.length === 0) throw new WireFault({ kind: "malformed", detail: "no list of models" });
  } catch (error) {
    throw toFault(error, signal, false);
  }
}

// An account need not have the model: only a refusal of the key counts.
async function askOneToken(source: ModelSource, model: string, signal: AbortSignal): Promise<void> {
  try {
    await clientOf(source).messages.create({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }, { signal });
  } catch (error) {
    const status = error instanceof Anthropic.APIError ? error.status : undefined;
    if (status !== 404 && status !== 400) throw error;
  }
}

import { callAnthropic } from "./adapters/anthropic.ts";
import { callChatCompletions } from "./adapters/chat-completions.ts";
import { guardStream } from "./adapters/guard-stream.ts";
import type { Adapter, CallMeter, WireEvent } from "./adapters/model-call.ts";
import { modelPatience } from "./adapters/model-patience.ts";
import { callResponses } from "./adapters/responses.ts";
import { faultOfUnknown } from "./adapters/wire-fault.ts";
import { withoutImages } from "./adapters/without-images.ts";
import type { ModelEvent, ModelRequest, ProviderKind } from "./contract.ts";
import { streamDemo } from "./demo/stream-demo.ts";
import type { ModelSource, ResolvedModel } from "./model-source.ts";
import { costMicros } from "./price.ts";
import { pricesOf } from "./prices-of.ts";
import { ProviderError } from "./provider-error.ts";
import { failureOf, publicDetail } from "./provider-failure.ts";

const adapters: Readonly<Record<ProviderKind, Adapter>> = {
  anthropic: callAnthropic,
  openai: callResponses,
  "openai-compatible": callChatCompletions,
};

/** The call itself, once the model is known; `meter` holds what it has come to, also when it breaks off. */
export async function* callModel(
  model: ResolvedModel,
  asked: ModelRequest,
  signal: AbortSignal,
  meter: CallMeter = newMeter(),
): AsyncGenerator<ModelEvent> {
  const { source, name } = model;
  if (source === null) {
    yield* streamDemo(asked, signal);
    return;
  }
  const request = model.info.abilities.images === false ? withoutImages(asked) : asked;
  const adapter = adapters[source.kind];
  const { abilities } = model.info;
  try {
    const events = guardStream<WireEvent>(
      (wireSignal, touch) => adapter({ source, name, request, abilities, signal: wireSignal, touch, meter }),
      signal,
      modelPatience(),
    );
    for await (const event of events) yield event.type === "finish" ? withCost(event, model) : event;
  } catch (error) {
    throw providerErrorOf(error, source, signal);
  }
}

export function newMeter(): CallMeter {
  return { usage: null, outputChars: 0 };
}

function withCost(event: Extract<WireEvent, { type: "finish" }>, model: ResolvedModel): ModelEvent {
  const prices = pricesOf(model);
  return { ...event, costMicros: costMicros(prices, event.usage), priceKnown: prices !== null };
}

/** Any error of a call as a ProviderError whose message and cause are free of the key. */
export function providerErrorOf(error: unknown, source: ModelSource, signal: AbortSignal): ProviderError {
  const fault = faultOfUnknown(error, signal, false);
  return new ProviderError(failureOf(fault, source), new Error(`${fault.message}: ${publicDetail(fault.detail, source.apiKey)}`));
}

import { metrics, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ModelEvent, ModelRequest } from "./contract.ts";
import type { ResolvedModel } from "./model-source.ts";
import { ProviderError } from "./provider-error.ts";

const scope = "opencode.providers";

/** Runs a model call within a span and two metrics of the GenAI semantic conventions. No prompt and no answer goes into them. */
export async function* traceModelCall(
  model: ResolvedModel,
  request: ModelRequest,
  call: () => AsyncGenerator<ModelEvent>,
): AsyncGenerator<ModelEvent> {
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": model.info.provider,
    "gen_ai.request.model": model.name,
  };
  const span = trace.getTracer(scope).startSpan(`chat ${model.name}`, { kind: SpanKind.CLIENT, attributes });
  if (request.maxOutputTokens !== undefined) span.setAttribute("gen_ai.request.max_tokens", request.maxOutputTokens);
  const startedAt = performance.now();
  let errorType: string | null = null;
  let hasBegun = false;
  try {
    for await (const event of call()) {
      if (!hasBegun) {
        hasBegun = true;
        span.setAttribute("gen_ai.response.time_to_first_chunk", (performance.now() - startedAt) / 1_000);
      }
      if (event.type === "finish") noteFinish(span, event, attributes);
      yield event;
    }
  } catch (error) {
    errorType = error instanceof ProviderError ? error.failure.code : "internal";
    span.setAttribute("error.type", errorType);
    span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
    throw error;
  } finally {
    const labels = errorType ? { ...attributes, "error.type": errorType } : attributes;
    metrics
      .getMeter(scope)
      .createHistogram("gen_ai.client.operation.duration", { unit: "s" })
      .record((performance.now() - startedAt) / 1_000, labels);
    span.end();
  }
}

function noteFinish(
  span: Span,
  { usage, responseModel, reason }: Extract<ModelEvent, { type: "finish" }>,
  labels: Record<string, string>,
): void {
  span.setAttributes({
    "gen_ai.response.model": responseModel,
    "gen_ai.response.finish_reasons": [reason],
    "gen_ai.usage.input_tokens": usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cacheReadTokens,
    "gen_ai.usage.cache_creation.input_tokens": usage.cacheWriteTokens,
    "gen_ai.usage.reasoning.output_tokens": usage.reasoningTokens,
  });
  const tokens = metrics.getMeter(scope).createHistogram("gen_ai.client.token.usage", { unit: "{token}" });
  tokens.record(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, { ...labels, "gen_ai.token.type": "input" });
  tokens.record(usage.outputTokens, { ...labels, "gen_ai.token.type": "output" });
}

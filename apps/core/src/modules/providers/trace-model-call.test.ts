import { type Attributes, type AttributeValue, type Span, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import type { ModelEvent } from "./contract.ts";
import { ProviderError } from "./provider-error.ts";
import { traceModelCall } from "./trace-model-call.ts";

afterEach(() => trace.disable());

interface Recorded {
  name: string;
  attributes: Record<string, AttributeValue | undefined>;
  ended: boolean;
}

/** Notes the spans that are made; everything else of a span does nothing. */
function recordSpans(): Recorded[] {
  const spans: Recorded[] = [];
  const startSpan = (name: string, options: { attributes?: Attributes } = {}): Span => {
    const recorded: Recorded = { name, attributes: { ...options.attributes }, ended: false };
    spans.push(recorded);
    const span: Partial<Span> = {
      setAttribute: (key, value) => {
        recorded.attributes[key] = value;
        return span as Span;
      },
      setAttributes: (values) => {
        Object.assign(recorded.attributes, values);
        return span as Span;
      },
      setStatus: () => span as Span,
      end: () => {
        recorded.ended = true;
      },
    };
    return span as Span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: () => undefined }) } as never);
  return spans;
}

const info = {
  id: "anthropic/m",
  name: "M",
  provider: "anthropic",
  source: "platform",
  contextTokens: null,
  maxOutputTokens: null,
  price: null,
  abilities: { tools: null, images: null, reasoning: null, structuredOutput: null },
  providerName: "Anthropic",
  isCustom: false,
} as const;
const model = { info, name: "m", source: null };
const request = {
  model: "anthropic/m",
  system: "SYSTEM",
  messages: [{ role: "user", content: [{ type: "text", text: "PROMPT" }] }],
  tools: [],
  maxOutputTokens: 5,
} as const;
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, reasoningTokens: 1 };

async function* answer(): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", text: "ANSWER" };
  yield { type: "finish", reason: "stop", usage, costMicros: 0, responseModel: "m-1" };
}

describe("traceModelCall", () => {
  it("gives a call its span with the names of the conventions, and none of its words", async () => {
    const spans = recordSpans();
    for await (const _ of traceModelCall(model, request, answer)) void _;
    expect(spans).toMatchObject([
      {
        name: "chat m",
        ended: true,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "anthropic",
          "gen_ai.request.model": "m",
          "gen_ai.request.max_tokens": 5,
          "gen_ai.response.model": "m-1",
          "gen_ai.response.finish_reasons": ["stop"],
          "gen_ai.response.time_to_first_chunk": expect.any(Number),
          "gen_ai.usage.input_tokens": 8,
          "gen_ai.usage.output_tokens": 2,
          "gen_ai.usage.cache_read.input_tokens": 3,
          "gen_ai.usage.cache_creation.input_tokens": 4,
          "gen_ai.usage.reasoning.output_tokens": 1,
        },
      },
    ]);
    expect(JSON.stringify(spans)).not.toMatch(/SYSTEM|PROMPT|ANSWER/);
  });

  it("ends the span of a call that fails, or that nobody reads to its end", async () => {
    const spans = recordSpans();
    const failure = { code: "overloaded", status: 529, retryable: true, retryAfterMs: null, message: "busy", settingsPath: null };
    const failing = traceModelCall(model, request, async function* () {
      yield* [];
      throw new ProviderError(failure);
    });
    await expect(failing.next()).rejects.toThrow("busy");
    for await (const _ of traceModelCall(model, request, answer)) break;
    expect(spans.map((span) => [span.attributes["error.type"], span.ended])).toEqual([
      ["overloaded", true],
      [undefined, true],
    ]);
  });
});

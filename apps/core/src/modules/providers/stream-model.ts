import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { callAnthropic } from "./adapters/anthropic.ts";
import { callChatCompletions } from "./adapters/chat-completions.ts";
import { guardStream } from "./adapters/guard-stream.ts";
import type { Adapter, WireEvent } from "./adapters/model-call.ts";
import { callResponses } from "./adapters/responses.ts";
import { faultOfUnknown } from "./adapters/wire-fault.ts";
import { findInCatalogue } from "./catalogue.ts";
import type { ModelEvent, ModelRequest, ProviderKind } from "./contract.ts";
import { streamDemo } from "./demo/stream-demo.ts";
import type { ModelSource, ResolvedModel } from "./model-source.ts";
import { noteRefusedKey } from "./note-refused-key.ts";
import { costMicros } from "./price.ts";
import { ProviderError } from "./provider-error.ts";
import { failureOf, publicDetail } from "./provider-failure.ts";
import { resolveModel } from "./resolve-model.ts";
import { traceModelCall } from "./trace-model-call.ts";

const adapters: Readonly<Record<ProviderKind, Adapter>> = {
  anthropic: callAnthropic,
  openai: callResponses,
  "openai-compatible": callChatCompletions,
};

interface StreamModelInput {
  readonly workspaceId: WorkspaceId;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
}

/**
 * One model call, streamed in the vocabulary of `ModelEvent`; the last event is `finish`. Makes no second attempt.
 * Throws ProviderError (its `failure` says whether the same call may succeed later, and where to mend it), also for
 * an abort (code "aborted"); AppError BAD_REQUEST when the workspace has no such model.
 */
export async function* streamModel({ workspaceId, request, signal }: StreamModelInput): AsyncGenerator<ModelEvent> {
  const model = await resolveModel(workspaceId, request.model);
  try {
    yield* traceModelCall(model, request, () => callModel(model, request, signal));
  } catch (error) {
    if (error instanceof ProviderError) await noteRefusedKey(workspaceId, model.source, error);
    throw error;
  }
}

/** The call itself, once the model is known. */
export async function* callModel(model: ResolvedModel, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const { source, name } = model;
  if (source === null) {
    yield* streamDemo(request, signal);
    return;
  }
  const adapter = adapters[source.kind];
  try {
    const events = guardStream<WireEvent>(
      (wireSignal, touch) => adapter({ source, name, request, signal: wireSignal, touch }),
      signal,
      limits.model,
    );
    for await (const event of events) yield event.type === "finish" ? withCost(event, source, name) : event;
  } catch (error) {
    throw providerErrorOf(error, source, signal);
  }
}

function withCost(event: Extract<WireEvent, { type: "finish" }>, source: ModelSource, name: string): ModelEvent {
  return { ...event, costMicros: costMicros(findInCatalogue(source.kind, name), event.usage) };
}

/** Any error of a call as a ProviderError whose message and cause are free of the key. */
export function providerErrorOf(error: unknown, source: ModelSource, signal: AbortSignal): ProviderError {
  const fault = faultOfUnknown(error, signal, false);
  return new ProviderError(failureOf(fault, source), new Error(`${fault.message}: ${publicDetail(fault.detail, source.apiKey)}`));
}

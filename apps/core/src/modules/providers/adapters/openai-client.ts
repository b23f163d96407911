import OpenAI from "openai";
import type { ModelSource } from "../model-source.ts";
import { cloudFetch } from "./cloud-fetch.ts";
import { modelPatience } from "./model-patience.ts";
import { toldErrors } from "./told-errors.ts";
import { faultOfSdkError, faultOfUnknown, type WireFault } from "./wire-fault.ts";

/** The SDK's client for a source, without retries of its own. */
export function openAiClient(source: ModelSource): OpenAI {
  return new OpenAI({
    // The SDK insists on a key; servers without one ignore it.
    apiKey: source.apiKey || "none",
    // Only what we are given counts, never this process's environment.
    organization: null,
    project: null,
    baseURL: source.baseUrl ?? "https://api.openai.com/v1",
    maxRetries: 0,
    timeout: modelPatience().inAllMs,
    logLevel: "off",
    fetch: toldErrors(cloudFetch(source)),
  });
}

/** Any error of the SDK, or beneath it, as a fault. */
export function openAiFault(error: unknown, signal: AbortSignal, hasBegun: boolean): WireFault {
  const isAnswer = error instanceof OpenAI.APIError && (error.status !== undefined || error.error !== undefined);
  return isAnswer ? faultOfSdkError(error, new Date()) : faultOfUnknown(error, signal, hasBegun);
}

import type { ModelContent, ModelRequest, ModelUsage } from "../contract.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type { CallMeter } from "./model-call.ts";

/** of an answer, of which only the length is known */
const charsPerToken = 4;
/** what a picture of a screen's size counts at the providers that say so */
const imageTokens = 1_600;

/** A count for servers that report none, so that budgets don't take the call for free. */
export function estimateUsage(request: ModelRequest, outputChars: number): ModelUsage {
  return {
    inputTokens: estimateInputTokens(request),
    outputTokens: Math.ceil(outputChars / charsPerToken),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
}

/**
 * What a call that broke off has cost its workspace: what its provider has reported, and what had come of its answer, estimated.
 * Null when nothing says that the provider has begun to answer.
 */
export function usageOfBroken(request: ModelRequest, { usage, outputChars }: CallMeter): ModelUsage | null {
  if (usage === null) return outputChars === 0 ? null : estimateUsage(request, outputChars);
  return { ...usage, outputTokens: Math.max(usage.outputTokens, Math.ceil(outputChars / charsPerToken)) };
}

/** What a request will count as input, about: its text, and a round number for each picture. */
export function estimateInputTokens(request: ModelRequest): number {
  let tokens = estimateTokens(request.system) + estimateTokens(JSON.stringify(request.tools));
  for (const message of request.messages) for (const part of message.content) tokens += tokensOf(part) + frameTokens;
  return tokens;
}

/** what a part's frame (role, ids, brackets) adds to its text */
const frameTokens = 10;

function tokensOf(part: ModelContent): number {
  switch (part.type) {
    case "text":
      return estimateTokens(part.text);
    case "image":
      return imageTokens;
    case "reasoning":
      return estimateTokens(part.text) + estimateTokens(part.signature ?? "");
    case "tool-call":
      return estimateTokens(JSON.stringify(part.input ?? {})) + estimateTokens(part.name);
    case "tool-result":
      return estimateTokens(part.output) + (part.images?.length ?? 0) * imageTokens;
  }
}

import type { ModelContent, ModelRequest, ModelUsage } from "../contract.ts";
import type { CallMeter } from "./model-call.ts";

const charsPerToken = 4;
/** what a picture of a screen's size counts at the providers that say so */
const imageTokens = 1_600;

/** A rough count (four characters a token) for servers that report none, so that budgets don't take the call for free. */
export function estimateUsage(request: ModelRequest, outputChars: number): ModelUsage {
  return {
    inputTokens: estimateInputTokens(request, charsPerToken),
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

/** What a request will count as input, roughly: its characters by `perToken`, and a round number for each picture. */
export function estimateInputTokens(request: ModelRequest, perToken: number): number {
  let chars = request.system.length + JSON.stringify(request.tools).length;
  let images = 0;
  for (const message of request.messages) {
    for (const part of message.content) {
      images += part.type === "image" ? 1 : part.type === "tool-result" ? (part.images?.length ?? 0) : 0;
      chars += charsOf(part);
    }
  }
  return Math.ceil(chars / perToken) + images * imageTokens;
}

/** what a part's frame (role, ids, brackets) adds to its text */
const frameChars = 40;

function charsOf(part: ModelContent): number {
  switch (part.type) {
    case "text":
      return part.text.length + frameChars;
    case "image":
      return frameChars;
    case "reasoning":
      return part.text.length + (part.signature?.length ?? 0) + frameChars;
    case "tool-call":
      return JSON.stringify(part.input ?? {}).length + part.name.length + frameChars;
    case "tool-result":
      return part.output.length + frameChars;
  }
}

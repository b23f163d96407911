import type { ModelRequest, ModelUsage } from "../contract.ts";

const charsPerToken = 4;

/** A rough count (four characters a token) for servers that report none, so that budgets don't take the call for free. */
export function estimateUsage(request: ModelRequest, outputChars: number): ModelUsage {
  const inputChars = request.system.length + JSON.stringify(request.messages).length + JSON.stringify(request.tools).length;
  return {
    inputTokens: Math.ceil(inputChars / charsPerToken),
    outputTokens: Math.ceil(outputChars / charsPerToken),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
}

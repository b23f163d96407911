import type { ProviderKind } from "@opencode/core/modules/providers/contract.ts";

export const providerNames: Readonly<Record<ProviderKind, string>> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  "openai-compatible": "OpenAI-compatible server",
};

import type { ProviderKind } from "@opencode/core/modules/providers/contract.ts";

export const providerNames: Readonly<Record<ProviderKind, string>> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  "openai-compatible": "OpenAI-compatible server",
};

/** A provider's name for people; its id where we have none. */
export function providerNameOf(provider: string): string {
  return Object.entries(providerNames).find(([id]) => id === provider)?.[1] ?? provider;
}

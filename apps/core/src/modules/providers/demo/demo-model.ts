import type { ModelInfo } from "../contract.ts";

/** The guided stand-in: needs no key and no network, and says what it is. */
export const demoModel: ModelInfo = {
  id: "demo",
  name: "Demo (a scripted stand-in, no model)",
  provider: "demo",
  source: "demo",
  contextTokens: null,
  maxOutputTokens: null,
  price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  abilities: { tools: true, images: false, reasoning: false, structuredOutput: false },
  providerName: "Demo",
  isCustom: false,
};

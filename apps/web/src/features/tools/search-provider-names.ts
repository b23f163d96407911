import type { SearchProvider } from "@opencode/core/modules/tools/search-keys/contract.ts";

export const searchProviderNames: Readonly<Record<SearchProvider, string>> = {
  brave: "Brave Search",
  tavily: "Tavily",
  exa: "Exa",
  searxng: "SearXNG",
};

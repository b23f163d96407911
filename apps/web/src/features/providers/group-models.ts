import type { ModelInfo } from "@opencode/core/modules/providers/contract.ts";

interface ModelGroup {
  readonly provider: string;
  readonly name: string;
  readonly models: readonly ModelInfo[];
}

/** Models by their provider, in the order in which they come. */
export function groupModels(models: readonly ModelInfo[]): ModelGroup[] {
  return [...Map.groupBy(models, (model) => model.provider)].map(([provider, members]) => ({
    provider,
    name: members[0]?.providerName ?? provider,
    models: members,
  }));
}

/** Models in whose name, id or provider every word of the search stands. */
export function matchingModels(models: readonly ModelInfo[], query: string): ModelInfo[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = `${model.name} ${model.id} ${model.providerName}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

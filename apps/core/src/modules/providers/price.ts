import type { ModelInfo, ModelUsage } from "./contract.ts";

export type Price = NonNullable<ModelInfo["price"]>;

/** A price list that rises for the whole call once its prompt is longer than `aboveTokens`. */
export interface PriceList {
  readonly price: Price;
  readonly longPrompt?: { readonly aboveTokens: number; readonly price: Price };
}

/**
 * What a call cost, in whole micro-dollars, rounded up. `usage.inputTokens` are those that neither came out of
 * the cache nor went into it; reasoning is part of the output. Unknown prices cost 0.
 */
export function costMicros(
  list: { readonly price: Price | null; readonly longPrompt?: PriceList["longPrompt"] | undefined } | null,
  usage: ModelUsage,
): number {
  if (!list?.price) return 0;
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const price = list.longPrompt && promptTokens > list.longPrompt.aboveTokens ? list.longPrompt.price : list.price;
  const picoDollars =
    usage.inputTokens * price.input +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * price.cacheWrite +
    usage.outputTokens * price.output;
  return Math.ceil(picoDollars / 1_000_000);
}

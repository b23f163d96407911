interface Use {
  readonly costMicros: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * False when a model was used whose price is not known: costs are rounded up, so tokens that cost nothing have no price.
 * The demo model uses no tokens; it is known to be free.
 */
export function isCostKnown({ costMicros, inputTokens, outputTokens }: Use): boolean {
  return costMicros > 0 || inputTokens + outputTokens === 0;
}

import { describe, expect, it } from "vitest";
import { catalogueOf, findInCatalogue } from "./catalogue/catalogue.ts";
import { costMicros } from "./price.ts";
import { priceOf } from "./price-of.ts";

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

describe("costMicros", () => {
  it("prices each kind of token by itself", () => {
    const sonnet = findInCatalogue("anthropic", "claude-sonnet-5-5");
    expect(costMicros(sonnet, { ...usage, inputTokens: 1_000_000 })).toBe(2_000_000);
    expect(costMicros(sonnet, { ...usage, outputTokens: 1_000_000 })).toBe(10_000_000);
    expect(costMicros(sonnet, { ...usage, cacheReadTokens: 1_000_000 })).toBe(200_000);
    expect(costMicros(sonnet, { ...usage, cacheWriteTokens: 1_000_000 })).toBe(2_500_000);
  });

  it("rounds up to whole micro-dollars, and knows no price for what it does not know", () => {
    expect(costMicros(findInCatalogue("openai", "gpt-6-luna"), { ...usage, inputTokens: 1 })).toBe(1);
    expect(costMicros(null, { ...usage, inputTokens: 1_000_000 })).toBe(0);
  });

  it("takes the higher list for the whole call once its prompt is long, cached tokens included", () => {
    const haiku = findInCatalogue("anthropic", "claude-haiku-5-5");
    expect(costMicros(haiku, { ...usage, inputTokens: 100_000, outputTokens: 1_000 })).toBe(10_000 + 500);
    expect(costMicros(haiku, { ...usage, inputTokens: 50_000, cacheReadTokens: 50_001, outputTokens: 1_000 })).toBe(25_000 + 2_501 + 2_500);
  });
});

describe("the catalogue", () => {
  it.each(["anthropic", "openai"] as const)("of %s has sizes and prices that make sense", (kind) => {
    for (const model of catalogueOf(kind)) {
      expect(model.contextTokens, model.name).toBeGreaterThanOrEqual(model.maxOutputTokens);
      expect(model.price?.output, model.name).toBeGreaterThan(model.price?.input ?? 0);
      expect(model.price?.cacheRead, model.name).toBeLessThan(model.price?.input ?? 0);
    }
  });

  it("finds dated names, and prices by whole ids", () => {
    expect(findInCatalogue("anthropic", "claude-haiku-4-5-20251001")?.label).toBe("Claude Haiku 4.5");
    expect(findInCatalogue("openai", "gpt-5.2-2025-12-11")?.label).toBe("GPT-5.2");
    expect(priceOf("anthropic/claude-opus-5-5")?.input).toBe(4_000_000);
    for (const id of ["demo", "ollama/qwen", "", "/"]) expect(priceOf(id)).toBeNull();
  });
});

import type { ProviderKind } from "./contract.ts";
import type { Price, PriceList } from "./price.ts";

/** A well-known model: what its provider publishes about it. */
export interface CatalogueModel extends PriceList {
  readonly name: string;
  readonly label: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** thinks by itself; its thoughts are shown when they are asked for */
  readonly adaptiveThinking?: boolean;
  /** refuses a conversation in which anything before one of its thoughts has changed, unless told to drop the thought */
  readonly boundThoughts?: boolean;
  /** thinks before it answers, at OpenAI */
  readonly reasons?: boolean;
}

/** Dollars a million tokens, as price lists are printed, in micro-dollars. */
function dollars(input: number, output: number, cacheRead: number, cacheWrite: number): Price {
  const micros = (value: number) => Math.round(value * 1_000_000);
  return { input: micros(input), output: micros(output), cacheRead: micros(cacheRead), cacheWrite: micros(cacheWrite) };
}

function openaiPrice(input: number, output: number): PriceList {
  const [cacheRead, cacheWrite] = [input / 10, input * 1.25];
  return {
    price: dollars(input, output, cacheRead, cacheWrite),
    longPrompt: { aboveTokens: 272_000, price: dollars(input * 2, output * 1.5, cacheRead * 2, cacheWrite * 2) },
  };
}

/**
 * Sources: platform.claude.com/docs (model overviews) and OpenAI's price pages, as of 2026-11. Cache writes are those
 * that live five minutes. The first model of a provider is the one that is taken when nobody names one.
 */
const anthropic: readonly CatalogueModel[] = [
  {
    name: "claude-sonnet-5-5",
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Sonnet 5.5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(2, 10, 0.2, 2.5),
  },
  {
    name: "claude-opus-5-5",
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Opus 5.5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(4, 20, 0.2, 5),
  },
  {
    name: "claude-fable-5-1",
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Fable 5.1",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(10, 50, 0.25, 12.5),
  },
  {
    name: "claude-haiku-5-5",
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Haiku 5.5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(0.1, 0.5, 0.01, 0.125),
    longPrompt: { aboveTokens: 100_000, price: dollars(0.5, 2.5, 0.05, 0.625) },
  },
  {
    name: "claude-opus-5",
    adaptiveThinking: true,
    label: "Claude Opus 5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(5, 25, 0.5, 6.25),
  },
  {
    name: "claude-sonnet-5",
    adaptiveThinking: true,
    label: "Claude Sonnet 5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(2, 10, 0.2, 2.5),
  },
  { name: "claude-haiku-4-5", label: "Claude Haiku 4.5", contextTokens: 200_000, maxOutputTokens: 64_000, price: dollars(1, 5, 0.1, 1.25) },
];

const gpt6 = { contextTokens: 1_050_000, maxOutputTokens: 128_000, reasons: true } as const;

const openai: readonly CatalogueModel[] = [
  { name: "gpt-6.1-sol", label: "GPT-6.1 Sol", ...gpt6, ...openaiPrice(2, 10) },
  { name: "gpt-6-astra", label: "GPT-6 Astra", ...gpt6, ...openaiPrice(10, 50) },
  { name: "gpt-6-sol", label: "GPT-6 Sol", ...gpt6, ...openaiPrice(2, 10) },
  { name: "gpt-6-luna", label: "GPT-6 Luna", ...gpt6, ...openaiPrice(0.1, 0.5) },
  {
    name: "gpt-5.2",
    reasons: true,
    label: "GPT-5.2",
    contextTokens: 400_000,
    maxOutputTokens: 128_000,
    price: dollars(1.75, 14, 0.175, 1.75),
  },
  {
    name: "gpt-5-mini",
    reasons: true,
    label: "GPT-5 mini",
    contextTokens: 400_000,
    maxOutputTokens: 128_000,
    price: dollars(0.25, 2, 0.025, 0.25),
  },
  { name: "gpt-4.1", label: "GPT-4.1", contextTokens: 1_047_576, maxOutputTokens: 32_768, price: dollars(2, 8, 0.5, 2) },
];

/** The well-known models of a kind of provider, the default one first; none for compatible servers, which list their own. */
export function catalogueOf(kind: ProviderKind): readonly CatalogueModel[] {
  switch (kind) {
    case "anthropic":
      return anthropic;
    case "openai":
      return openai;
    case "openai-compatible":
      return [];
  }
}

/** One entry by the provider's own name for the model; a dated name (`…-20260101`, `…-2026-01-01`) is its undated one's. */
export function findInCatalogue(kind: ProviderKind, name: string): CatalogueModel | null {
  const models = catalogueOf(kind);
  const undated = name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, "");
  return models.find((model) => model.name === name) ?? models.find((model) => model.name === undated) ?? null;
}

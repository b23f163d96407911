import { type CatalogueModel, dollars, seesAndCalls } from "./catalogue-model.ts";

/**
 * Sources: platform.claude.com/docs (model overviews) and OpenAI's price pages, as of 2026-11. Cache writes are those
 * that live five minutes. The first model of a provider is the one that is taken when nobody names one.
 */
export const anthropic: readonly CatalogueModel[] = [
  {
    name: "claude-sonnet-5-5",
    ...seesAndCalls,
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Sonnet 5.5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(2, 10, 0.2, 2.5),
  },
  {
    name: "claude-opus-5-5",
    ...seesAndCalls,
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Opus 5.5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(4, 20, 0.2, 5),
  },
  {
    name: "claude-fable-5-1",
    ...seesAndCalls,
    adaptiveThinking: true,
    boundThoughts: true,
    label: "Claude Fable 5.1",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(10, 50, 0.25, 12.5),
  },
  {
    name: "claude-haiku-5-5",
    ...seesAndCalls,
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
    ...seesAndCalls,
    adaptiveThinking: true,
    label: "Claude Opus 5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(5, 25, 0.5, 6.25),
  },
  {
    name: "claude-sonnet-5",
    ...seesAndCalls,
    adaptiveThinking: true,
    label: "Claude Sonnet 5",
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    price: dollars(2, 10, 0.2, 2.5),
  },
  {
    ...seesAndCalls,
    name: "claude-haiku-4-5",
    label: "Claude Haiku 4.5",
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    price: dollars(1, 5, 0.1, 1.25),
  },
];

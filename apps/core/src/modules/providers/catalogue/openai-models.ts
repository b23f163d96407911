import type { PriceList } from "../price.ts";
import { type CatalogueModel, dollars, seesAndCalls } from "./catalogue-model.ts";

function openaiPrice(input: number, output: number): PriceList {
  const [cacheRead, cacheWrite] = [input / 10, input * 1.25];
  return {
    price: dollars(input, output, cacheRead, cacheWrite),
    longPrompt: { aboveTokens: 272_000, price: dollars(input * 2, output * 1.5, cacheRead * 2, cacheWrite * 2) },
  };
}

/** Source: OpenAI's price pages, as of 2026-11. */
const gpt6 = { ...seesAndCalls, contextTokens: 1_050_000, maxOutputTokens: 128_000, reasons: true } as const;

export const openai: readonly CatalogueModel[] = [
  { name: "gpt-6.1-sol", label: "GPT-6.1 Sol", ...gpt6, ...openaiPrice(2, 10) },
  { name: "gpt-6-astra", label: "GPT-6 Astra", ...gpt6, ...openaiPrice(10, 50) },
  { name: "gpt-6-sol", label: "GPT-6 Sol", ...gpt6, ...openaiPrice(2, 10) },
  { name: "gpt-6-luna", label: "GPT-6 Luna", ...gpt6, ...openaiPrice(0.1, 0.5) },
  {
    name: "gpt-5.2",
    ...seesAndCalls,
    reasons: true,
    label: "GPT-5.2",
    contextTokens: 400_000,
    maxOutputTokens: 128_000,
    price: dollars(1.75, 14, 0.175, 1.75),
  },
  {
    name: "gpt-5-mini",
    ...seesAndCalls,
    reasons: true,
    label: "GPT-5 mini",
    contextTokens: 400_000,
    maxOutputTokens: 128_000,
    price: dollars(0.25, 2, 0.025, 0.25),
  },
  { ...seesAndCalls, name: "gpt-4.1", label: "GPT-4.1", contextTokens: 1_047_576, maxOutputTokens: 32_768, price: dollars(2, 8, 0.5, 2) },
];

import type { ModelAbilities } from "../contract.ts";
import type { Price, PriceList } from "../price.ts";

/** A well-known model: what its provider publishes about it. */
export interface CatalogueModel {
  readonly name: string;
  readonly label: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** null: nobody we trust has published one */
  readonly price: Price | null;
  readonly longPrompt?: PriceList["longPrompt"];
  readonly abilities: ModelAbilities;
  /** thinks by itself; its thoughts are shown when they are asked for */
  readonly adaptiveThinking?: boolean;
  /** refuses a conversation in which anything before one of its thoughts has changed, unless told to drop the thought */
  readonly boundThoughts?: boolean;
  /** thinks before it answers, at OpenAI */
  readonly reasons?: boolean;
}

/** What the two big providers' models can. */
export const seesAndCalls = { abilities: { tools: true, images: true, reasoning: true, structuredOutput: true } } as const;

/** Dollars a million tokens, as price lists are printed, in micro-dollars. */
export function dollars(input: number, output: number, cacheRead: number, cacheWrite: number): Price {
  const micros = (value: number) => Math.round(value * 1_000_000);
  return { input: micros(input), output: micros(output), cacheRead: micros(cacheRead), cacheWrite: micros(cacheWrite) };
}

/** Dollars a million tokens: input, output, cache read, cache write; a cache without a price of its own costs as input. */
type Dollars = readonly [number, number, (number | null)?, (number | null)?];

function toPrice([input, output, cacheRead, cacheWrite]: Dollars): Price {
  return dollars(input, output, cacheRead ?? input, cacheWrite ?? input);
}

/**
 * One line of a list. `can` has a letter for each ability: t tools, i images, r reasoning, s structured output;
 * `long` is the list above so many tokens.
 */
export function row(
  name: string,
  label: string,
  contextTokens: number,
  maxOutputTokens: number,
  price: Dollars | null,
  can: string,
  long?: readonly [number, Dollars],
): CatalogueModel {
  const has = (letter: string) => can.includes(letter);
  const abilities = { tools: has("t"), images: has("i"), reasoning: has("r"), structuredOutput: has("s") };
  const longPrompt = long ? { longPrompt: { aboveTokens: long[0], price: toPrice(long[1]) } } : {};
  return { name, label, contextTokens, maxOutputTokens, price: price && toPrice(price), abilities, ...longPrompt };
}

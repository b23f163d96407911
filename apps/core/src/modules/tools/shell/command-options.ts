import type { ShellWord } from "./shell-word.ts";

/** Options of a command that runs another one: letters and names, without and with a value. */
export interface OptionSpec {
  readonly flags?: string;
  readonly values?: string;
  /** letters whose value, if any, stands right behind them */
  readonly attached?: string;
  readonly longFlags?: readonly string[];
  readonly longValues?: readonly string[];
}

export interface ParsedOptions {
  /** index of the first word that is no option */
  readonly next: number;
  readonly seen: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, ShellWord>;
}

/** Reads the options that begin at `from`; null when one is not known, so that nobody can say where the command begins. */
export function parseOptions(words: readonly ShellWord[], from: number, spec: OptionSpec): ParsedOptions | null {
  const seen = new Set<string>();
  const values = new Map<string, ShellWord>();
  let at = from;
  while (at < words.length) {
    const word = words[at];
    const text = word?.text;
    if (text === null || text === undefined)
      return word?.raw.startsWith("-") || /^["']?\$/.test(word?.raw ?? "") ? null : { next: at, seen, values };
    if (text === "--") return { next: at + 1, seen, values };
    if (!text.startsWith("-") || text === "-") return { next: at, seen, values };
    const used = text.startsWith("--") ? longOption(words, at, spec, seen, values) : shortOptions(words, at, spec, seen, values);
    if (used === 0) return null;
    at += used;
  }
  return { next: at, seen, values };
}

/** How many words the option takes; 0 when it is not known. */
function longOption(words: readonly ShellWord[], at: number, spec: OptionSpec, seen: Set<string>, values: Map<string, ShellWord>): number {
  const text = words[at]?.text ?? "";
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  seen.add(name);
  if (spec.longValues?.includes(name)) {
    const value = equals === -1 ? words[at + 1] : { raw: text.slice(equals + 1), text: text.slice(equals + 1), isGlob: false };
    if (value) values.set(name, value);
    return equals === -1 ? 2 : 1;
  }
  return spec.longFlags?.includes(name) ? 1 : 0;
}

function shortOptions(
  words: readonly ShellWord[],
  at: number,
  spec: OptionSpec,
  seen: Set<string>,
  values: Map<string, ShellWord>,
): number {
  const letters = (words[at]?.text ?? "").slice(1);
  for (let index = 0; index < letters.length; index++) {
    const letter = letters[index] ?? "";
    seen.add(`-${letter}`);
    if (spec.attached?.includes(letter)) return 1;
    if (spec.values?.includes(letter)) {
      const rest = letters.slice(index + 1);
      const value = rest === "" ? words[at + 1] : { raw: rest, text: rest, isGlob: false };
      if (value) values.set(`-${letter}`, value);
      return rest === "" ? 2 : 1;
    }
    if (!spec.flags?.includes(letter)) return 0;
  }
  return 1;
}

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
  if (equals !== -1) values.set(name, { raw: text.slice(equals + 1), text: text.slice(equals + 1), isGlob: false });
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
    if (spec.attached?.includes(letter)) {
      values.set(`-${letter}`, piece(words[at] ?? { raw: "", text: "", isGlob: false }, index + 2));
      return 1;
    }
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

const isOption = (word: ShellWord) => word.raw.startsWith("-") && word.raw !== "-";

/** The words that are no options; those behind `--` all. `valued`: options whose value is the next word. */
export function operandsOf(words: readonly ShellWord[], valued: readonly string[] = []): ShellWord[] {
  const operands: ShellWord[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (!word) continue;
    if (word.text === "--") return [...operands, ...words.slice(at + 1)];
    if (!isOption(word)) operands.push(word);
    else if (valued.includes(word.text ?? "")) at++;
  }
  return operands;
}

/** The value of an option: `-o F`, `-oF`, `--output F`, `--output=F`. */
export function optionValues(words: readonly ShellWord[], short: string, long?: string): ShellWord[] {
  return words.flatMap((word, at) => {
    const text = word.text ?? word.raw;
    const part = (value: string): ShellWord => ({ ...word, raw: value, text: word.text === null ? null : value });
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    // Long options may be cut short: --outp=F.
    const isLong = long !== undefined && name.length > 2 && name.startsWith("--") && long.startsWith(name);
    if (isLong && equals !== -1) return [part(text.slice(equals + 1))];
    if (isLong || (short !== "" && text === `-${short}`) || text === long) return words.slice(at + 1, at + 2);
    const cluster = short !== "" && /^-[a-zA-Z]/.test(text) && !text.startsWith("--") ? text.indexOf(short) : -1;
    if (cluster < 1) return [];
    return cluster === text.length - 1 ? words.slice(at + 1, at + 2) : [part(text.slice(cluster + 1))];
  });
}

/** Options that may stand anywhere among the operands, as GNU's programs read them: in clusters, and cut short where that is clear. */
export interface ScatteredSpec {
  readonly flags: string;
  readonly values: string;
  /** letters whose value, if any, stands right behind them */
  readonly attached?: string;
  readonly long: Readonly<Record<string, "none" | "value" | "optional">>;
}

export interface ScatteredOptions {
  readonly options: readonly { readonly name: string; readonly value: ShellWord | null }[];
  readonly operands: readonly ShellWord[];
  /** false when one of them is not known, or only when it runs */
  readonly isKnown: boolean;
}

const piece = (word: ShellWord, from: number): ShellWord => {
  // The beginning of an expansion's word is as it stands, quotes aside.
  const raw = word.raw.slice(from);
  return { ...word, raw, text: word.text === null ? null : word.text.slice(from) };
};

export function readOptions(words: readonly ShellWord[], spec: ScatteredSpec): ScatteredOptions {
  const options: { name: string; value: ShellWord | null }[] = [];
  const operands: ShellWord[] = [];
  let isKnown = true;
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (!word) continue;
    const text = word.text ?? word.raw;
    if (text === "--") return { options, operands: [...operands, ...words.slice(at + 1)], isKnown };
    if (!text.startsWith("-") || text === "-") {
      operands.push(word);
    } else if (text.startsWith("--")) {
      const equals = text.indexOf("=");
      const given = equals === -1 ? text : text.slice(0, equals);
      const name = Object.hasOwn(spec.long, given) ? given : Object.keys(spec.long).find((long) => long.startsWith(given));
      if (name === undefined) isKnown = false;
      else if (equals !== -1) options.push({ name, value: piece(word, equals + 1) });
      else options.push({ name, value: spec.long[name] === "value" ? (words[++at] ?? null) : null });
    } else {
      for (let index = 1; index < text.length; index++) {
        const letter = text[index] ?? "";
        const isLast = index === text.length - 1;
        if (spec.values.includes(letter))
          options.push({ name: `-${letter}`, value: isLast ? (words[++at] ?? null) : piece(word, index + 1) });
        else if (spec.attached?.includes(letter)) options.push({ name: `-${letter}`, value: isLast ? null : piece(word, index + 1) });
        else if (spec.flags.includes(letter)) {
          options.push({ name: `-${letter}`, value: null });
          continue;
        } else isKnown = false;
        break;
      }
    }
  }
  return { options, operands, isKnown };
}

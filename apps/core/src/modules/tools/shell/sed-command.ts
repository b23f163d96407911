import { readOptions } from "./command-options.ts";
import type { ShellWord } from "./shell-word.ts";

const options = {
  flags: "nErsuzb",
  values: "efl",
  attached: "i",
  long: {
    "--quiet": "none",
    "--silent": "none",
    "--posix": "none",
    "--regexp-extended": "none",
    "--separate": "none",
    "--unbuffered": "none",
    "--null-data": "none",
    "--zero-terminated": "none",
    "--binary": "none",
    "--follow-symlinks": "none",
    "--debug": "none",
    "--sandbox": "none",
    "--help": "none",
    "--version": "none",
    "--expression": "value",
    "--file": "value",
    "--line-length": "value",
    "--in-place": "optional",
  },
} as const;

export interface SedCommand {
  /** the program in one piece; null when it stands in a file, or nobody knows its options */
  readonly program: ShellWord | null;
  readonly isInPlace: boolean;
  readonly files: readonly ShellWord[];
}

/** What `sed` is told to do, by its options as GNU's and BSD's read them: in clusters, cut short, behind the files. */
export function sedCommand(words: readonly ShellWord[]): SedCommand {
  const read = readOptions(words, options);
  const isInPlace = read.options.some(({ name }) => name === "-i" || name === "--in-place");
  const given = read.options.flatMap(({ name, value }) => ((name === "-e" || name === "--expression") && value ? [value] : []));
  // BSD's takes an empty word behind -i for its value, GNU's for the program.
  const scripts = given.length > 0 ? given : read.operands.slice(0, isInPlace && read.operands[0]?.text === "" ? 2 : 1);
  const files = given.length > 0 ? read.operands : read.operands.slice(1);
  const isHidden = !read.isKnown || read.options.some(({ name }) => name === "-f" || name === "--file");
  return { program: isHidden ? null : joined(scripts), isInPlace, files };
}

function joined(scripts: readonly ShellWord[]): ShellWord {
  const raw = scripts.map((script) => script.raw).join("\n");
  const texts = scripts.map((script) => script.text ?? outline(script.raw));
  return { raw, text: texts.some((text) => text === null) ? null : texts.join("\n"), isGlob: false };
}

const someText = "\ue000";

/** A program with expansions within it, these taken for text; null where nothing but an expansion is left. */
function outline(raw: string): string | null {
  const text = raw
    .replace(/\$\{[^{}]*\}|\$\([^()]*\)|`[^`]*`|\$[A-Za-z_]\w*|\$[\d@*#?!-]/g, someText)
    .replace(/["']/g, "")
    .replace(/\\([$`"\\])/g, "$1");
  return /^[\ue000\s;]*$/.test(text) || text.includes("$(") ? null : text;
}

// Longer programs are asked: nobody writes them by hand.
const maxProgramChars = 4_000;

/** Whether a program uses `e` or `w`, as commands or as flags of `s`, or can't be read. */
export function sedReachesOut({ text }: ShellWord): boolean {
  if (text === null || text.length > maxProgramChars) return true;
  // Programs differ in whether a delimiter within a class is one: it must be harmless by each reading that makes sense.
  const readings = [readProgram(text, true), readProgram(text, false)];
  return readings.includes("reaches out") || !readings.includes("plain");
}

type Reading = "plain" | "reaches out" | "unreadable";

function readProgram(text: string, knowsClasses: boolean): Reading {
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const through = (delimiter: string, isPattern: boolean): boolean => {
    const end = endOf(text, at, delimiter, isPattern && knowsClasses);
    at = end ?? at;
    return end !== null;
  };
  const address = (): boolean => {
    if (skip(/[\d\ue000]+(?:~[\d\ue000]+)?|\$|[+~][\d\ue000]+/y) !== "") return true;
    const open = skip(/\/|\\[^\n]/y);
    if (open !== "" && !through(open.at(-1) ?? "", true)) return false;
    skip(/[IM]+/y);
    return true;
  };
  for (;;) {
    skip(/[\s;{}]+/y);
    if (at >= text.length) return "plain";
    if (!address()) return "unreadable";
    skip(/\s+/y);
    if (skip(/,\s*/y) !== "" && !address()) return "unreadable";
    skip(/[\s!]+/y);
    const command = text[at++] ?? "";
    if (command === "w" && skip(/[ \t]*\/dev\/std(?:out|err)(?=\n|$)/y) !== "") continue;
    if (/[ewW]/.test(command)) return "reaches out";
    if (/[sy]/.test(command)) {
      const delimiter = text[at++] ?? "";
      if (!through(delimiter, command === "s") || !through(delimiter, false)) return "unreadable";
      if (command === "s" && /[ewW]/.test(skip(/[gpiImMewW\d]+/y))) return "reaches out";
    } else if (rest[command]) skip(rest[command]);
    else if (!/[{}=dDgGhHnNpPxzF]/.test(command)) return "unreadable";
    // Behind a command stands its end; anything else has another meaning than this.
    if (!/^[{}]$/.test(command) && !/^[ \t]*(?:[;}\n#]|$)/.test(text.slice(at))) return "unreadable";
  }
}

/** What belongs to a command besides its letter. */
const rest: Readonly<Record<string, RegExp>> = {
  "#": /[^\n]*/y,
  r: /[^\n]*/y,
  R: /[^\n]*/y,
  a: /(?:\\[\s\S]|[^\n\\])*\\?/y,
  i: /(?:\\[\s\S]|[^\n\\])*\\?/y,
  c: /(?:\\[\s\S]|[^\n\\])*\\?/y,
  ":": /[ \t]*[^\s;]*/y,
  b: /[ \t]*[^\s;}]*/y,
  t: /[ \t]*[^\s;}]*/y,
  T: /[ \t]*[^\s;}]*/y,
  v: /[^\n;]*/y,
  l: /[ \t]*\d*/y,
  L: /[ \t]*\d*/y,
  q: /[ \t]*\d*/y,
  Q: /[ \t]*\d*/y,
};

/** Behind the next delimiter that no backslash hides and that stands in no class; null where there is none. */
function endOf(text: string, from: number, delimiter: string, knowsClasses: boolean): number | null {
  let isClass = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === delimiter && !isClass) return at + 1;
    if (char === "\\" && !isClass) at++;
    else if (knowsClasses && char === "[" && !isClass) {
      isClass = true;
      // A bracket right at the beginning is one of the class.
      if (text[at + 1] === "^") at++;
      if (text[at + 1] === "]") at++;
    } else if (char === "]") isClass = false;
  }
  return null;
}

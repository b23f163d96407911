import { readOptions } from "./command-options.ts";
import type { ShellWord } from "./shell-word.ts";

const awkOptions = {
  flags: "bcChIMnNOPrsStV",
  values: "FvfeEilW",
  attached: "dpoDL",
  long: {
    "--field-separator": "value",
    "--assign": "value",
    "--source": "value",
    "--file": "value",
    "--exec": "value",
    "--include": "value",
    "--load": "value",
    "--csv": "none",
    "--posix": "none",
    "--traditional": "none",
    "--re-interval": "none",
    "--sandbox": "none",
    "--lint": "optional",
    "--characters-as-bytes": "none",
    "--non-decimal-data": "none",
    "--version": "none",
    "--help": "none",
  },
} as const;

/** Where awk's program stands: in its first operand, in options; hidden in files, or behind options that nobody knows. */
export function awkCommand(rest: readonly ShellWord[]): { isHidden: boolean; programs: readonly ShellWord[] } {
  // What stands behind the program is the program's.
  const end = rest.findIndex((word, at) => !word.raw.startsWith("-") && !/^-[a-zA-Z]*[FvfeEilW]$/.test(rest[at - 1]?.raw ?? ""));
  const read = readOptions([{ raw: "awk", text: "awk", isGlob: false }, ...(end === -1 ? rest : rest.slice(0, end + 1))], awkOptions);
  const given = read.options.flatMap(({ name, value }) => (/^(-e|--source)$/.test(name) && value ? [value] : []));
  const isHidden = !read.isKnown || read.options.some(({ name }) => /^(-[fEilWpoDd]|--(file|exec|include|load))$/.test(name));
  return { isHidden, programs: [...given, ...read.operands.slice(0, 1)] };
}

// Longer programs are asked: nobody writes them by hand.
const maxProgramChars = 4_000;

/** awk runs commands and writes files by its own language: `system()`, `| getline`, `print > "file"`. */
export function awkReachesOut(program: ShellWord): boolean {
  if (program.text === null || program.text.length > maxProgramChars) return true;
  const code = bare(program.text)
    .replace(/\\\n/g, " ")
    .replace(/(,|&&|\|\|)\s*\n/g, "$1 ")
    .replace(/>+\s*DEVICE(?=\s*([;}\n]|$))/g, "");
  return /system\s*\(|getline|@|print[^;}\n]*>|(^|[^|])\|([^|]|$)/.test(code);
}

/** The program without what stands in strings, patterns and comments. */
function bare(program: string): string {
  let code = "";
  for (let at = 0; at < program.length; ) {
    const rest = program.slice(at);
    // A slash begins a pattern where no value stands before it.
    const isPattern = rest.startsWith("/") && /(^|[{};(,!~&|\n])[ \t]*$/.test(code) && !/\\\n\s*$/.test(code);
    const token = isPattern
      ? /^\/(?:\\.|\[\^?\]?(?:\\.|[^\]\n])*\]|[^/\\\n[])+\//.exec(rest)?.[0]
      : /^"(?:\\[\s\S]|[^"\\\n])*"|^#[^\n]*/.exec(rest)?.[0];
    if (token === undefined) code += program[at++];
    else {
      at += token.length;
      code += token.startsWith("#") ? "" : /^"\/dev\/(stdout|stderr|null)"$/.test(token) ? "DEVICE" : "0";
    }
  }
  return code;
}

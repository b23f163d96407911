import type { ShellWord } from "./shell-word.ts";

interface Interpreter {
  /** options that carry code: whole words, and letters within a cluster */
  readonly code: readonly string[];
  readonly codeLetters?: string;
  /** options whose value is the next word */
  readonly values?: readonly string[];
  /** words that may stand before the program; one without a dot or a slash is a word of its own then */
  readonly before?: readonly string[];
  /** options after which nothing is read from stdin */
  readonly complete?: readonly string[];
}

const informing = ["--version", "-V", "-v", "--help", "-h"];
const node: Interpreter = {
  code: ["-e", "--eval", "-p", "--print", "-pe", "-i", "--interactive"],
  values: [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--env-file",
    "--test-reporter",
    "--test-name-pattern",
  ],
  complete: ["--test", "--run", "--check", "-c", "--v8-options"],
};
const python: Interpreter = { code: ["-c", "-i"], codeLetters: "c", values: ["-W", "-X"], complete: ["-m", "-VV"] };
const interpreters: Readonly<Record<string, Interpreter>> = {
  python,
  pypy: python,
  node,
  nodejs: node,
  bun: { code: ["-e", "--eval", "-p", "--print"], before: ["run"] },
  deno: { code: ["eval", "repl"], before: ["run", "serve"] },
  tsx: node,
  "ts-node": { code: ["-e", "--eval", "-p", "--print"], values: ["-r", "-P", "--project"] },
  perl: { code: [], codeLetters: "eE", values: ["-I"], complete: [] },
  ruby: { code: [], codeLetters: "e", values: ["-I", "-r"] },
  php: { code: ["-r", "-R", "-B", "-E", "-a", "--run"], values: ["-d", "-c"], complete: ["-S", "-l", "-i", "-m"] },
  lua: { code: ["-e", "-i", "-"], values: ["-l"] },
  luajit: { code: ["-e", "-i", "-"], values: ["-l"] },
  Rscript: { code: ["-e"] },
  R: { code: ["-e", "--interactive"] },
  julia: { code: ["-e", "-E", "--eval", "--print"] },
  elixir: { code: ["-e", "--eval"] },
  pwsh: { code: ["-c", "-Command", "-EncodedCommand", "-e"] },
  osascript: { code: ["-e"] },
  tclsh: { code: [] },
  groovy: { code: ["-e"] },
};

/** Modules of python that run code out of their arguments or their input. */
const inlineModules: ReadonlySet<string> = new Set(["timeit", "code", "pdb", "asyncio", "sqlite3", "idlelib", "trace"]);

/** Modules of python that run the program behind them. */
const runningModules: ReadonlySet<string> = new Set(["cProfile", "profile", "runpy"]);

function programOf(words: readonly ShellWord[]): CodeSource {
  const at = words.findIndex((word, index) => !word.raw.startsWith("-") && !/^-[os]$/.test(words[index - 1]?.raw ?? ""));
  const module = words.findIndex((word) => word.text === "-m");
  if (module !== -1 && (at === -1 || module < at)) return { module: (words[module + 1]?.text ?? "").replaceAll(".", "/") };
  const file = words[at]?.text;
  return file == null ? "inline" : { file };
}

export type CodeSource = "none" | "inline" | "stdin" | { readonly file: string } | { readonly module: string };

/** Where an interpreter takes its program from; null when the command is no interpreter. */
export function codeSource(name: string, words: readonly ShellWord[]): CodeSource | null {
  const interpreter = interpreters[name] ?? interpreters[name.replace(/[\d.]+$/, "")];
  if (!interpreter) return null;
  for (let at = 1; at < words.length; at++) {
    const text = words[at]?.text;
    if (text === null || text === undefined) return "inline";
    if (interpreter.code.includes(text) || [...interpreter.code].some((code) => code.startsWith("--") && text.startsWith(`${code}=`)))
      return "inline";
    if (text === "-") return "stdin";
    if (!text.startsWith("-")) {
      if (interpreter.before?.includes(text)) continue;
      if (interpreter.before && !/[./]/.test(text)) return "none";
      return /^(https?|data|blob):/.test(text) ? "inline" : { file: text };
    }
    const module = name.startsWith("py") ? /^-m(.*)$/.exec(text)?.[1] : undefined;
    if (module !== undefined) {
      const named = module || (words[at + 1]?.text ?? "code");
      const operands = words.slice(at + (module === "" ? 2 : 1));
      if (runningModules.has(named)) return programOf(operands);
      return inlineModules.has(named) ? "inline" : { module: named.replaceAll(".", "/") };
    }
    // perl puts what stands behind -M into a line of its own.
    if (name === "perl" && /^-[a-zA-Z0-9]*[Mm].*[^\w:=,'-]/s.test(text)) return "inline";
    if (informing.includes(text) || interpreter.complete?.includes(text)) return "none";
    if (/^--?\w[\w-]*=data:/.test(text) || words[at + 1]?.text?.startsWith("data:")) return "inline";
    // What stands behind perl's -M is the module's.
    const letters = name === "perl" ? text.slice(1).replace(/[MmI].*$/s, "") : text.slice(1);
    if (interpreter.codeLetters && /^-[a-zA-Z0-9]/.test(text) && [...interpreter.codeLetters].some((letter) => letters.includes(letter)))
      return "inline";
    // The single-letter ones of node and friends may carry their code attached: -e"…".
    if (interpreter.code.some((code) => /^-\w$/.test(code) && text.startsWith(code) && text.length > 2 && !text.startsWith("--")))
      return "inline";
    if (interpreter.values?.includes(text)) at++;
  }
  return "stdin";
}

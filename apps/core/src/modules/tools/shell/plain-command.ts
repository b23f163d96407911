import { posix } from "node:path";
import { workspaceRoot } from "../workspace-path.ts";
import { awkCommand, awkReachesOut } from "./awk-command.ts";
import { operandsOf } from "./command-options.ts";
import { steersCommands } from "./environment-variables.ts";
import { type CodeSource, codeSource } from "./inline-code.ts";
import { binDirectory, isReadableScript, type JudgeContext, wasNamed, wasWritten } from "./judge-context.ts";
import { makeCommand, makeRun } from "./make-command.ts";
import { moduleFiles, packageRuns, programFiles, type ScriptRun } from "./script-runs.ts";
import { sedCommand, sedReachesOut } from "./sed-command.ts";
import { addRuns, type ShellEffects } from "./shell-effects.ts";
import { joinWords, literalWord, type ShellWord } from "./shell-word.ts";
import { launchingOptions, runsAnything } from "./wrappers.ts";

/** Commands that are told what to do by their second word. */
export const twoWordCommands: ReadonlySet<string> = new Set([
  "git",
  "npm",
  "pnpm",
  "yarn",
  "docker",
  "cargo",
  "gem",
  "twine",
  "bun",
  "kubectl",
]);

type Check = (rest: readonly ShellWord[], context: JudgeContext) => boolean;

const noSteering: Check = (rest) =>
  !rest.some((word) => isSteeringAssignment(word) || (word.text !== null && hasCommandInSubscript(word.text)));
const awk: Check = (rest, { isOpen }) => {
  const { isHidden, programs } = awkCommand(rest);
  if (isHidden || (isOpen && programs.length === 0)) return false;
  return !programs.some((program) => awkReachesOut(program) || (isOpen && program.text?.includes("{}") === true));
};
const sed: Check = (rest, { isOpen, effects }) => {
  const { program } = sedCommand([literalWord("sed"), ...rest.map((word) => withValues(word, effects))]);
  return program !== null && !sedReachesOut(program) && !(isOpen && (program.raw === "" || program.raw.includes("{}")));
};
// A program under another name is another command to every rule.
const noProgramCopied: Check = (rest) => !rest.some((word) => binDirectory.test(word.text ?? word.raw) || /\$\(|`/.test(word.raw));
const make: Check = (rest, context) => {
  // What xargs adds may be an option.
  if (context.isOpen) return false;
  const { files, isSteered, settings } = makeCommand(rest);
  for (const setting of settings) if (/\s/.test(setting) && !setting.startsWith("-")) context.nested(setting);
  return !isSteered && files.every((file) => isReadableScript(file, context.effects));
};
const script: Check = (rest, { effects }) => {
  const [file] = rest[0]?.text === "--" ? rest.slice(1) : rest;
  if (file?.text?.startsWith("-")) return false;
  addRuns(effects, [{ kind: "shell", path: file?.text ?? "" }]);
  return isReadableScript(file, effects);
};
/** The word with what the script itself has put into its variables, where that is all that it waits for. */
function withValues(word: ShellWord, { values }: ShellEffects): ShellWord {
  if (word.text !== null || /['\\`]|\$[({]?[^A-Za-z_{]/.test(word.raw)) return word;
  let isKnown = true;
  const text = word.raw.replaceAll('"', "").replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, curly?: string, bare?: string) => {
    const value = values.get(curly ?? bare ?? "") ?? null;
    isKnown &&= value !== null;
    return value ?? "";
  });
  return isKnown && !/[${}]/.test(text) ? { ...word, text } : word;
}

/** Builtins that set the variables which their words name. */
const setsVariables =
  (names: (rest: readonly ShellWord[]) => readonly ShellWord[]): Check =>
  (rest, context) =>
    noSteering(rest, context) && !names(rest).some((word) => word.text === null || steersCommands(variableName(word.text), null));
const variableName = (text: string) => text.replace(/\[[\s\S]*$/, "");
const readValues = ["d", "i", "n", "N", "p", "t", "u"].flatMap((letter) =>
  ["", "e", "r", "s", "er", "re", "rs", "sr"].map((flags) => `-${flags}${letter}`),
);
const operands = (rest: readonly ShellWord[]) => rest.filter((word) => !word.raw.startsWith("-"));
const namedBy = (rest: readonly ShellWord[], option: RegExp) =>
  rest.flatMap((word, at) => {
    const match = option.exec(word.text ?? "");
    return match ? (match[1] ? [literalWord(match[1])] : rest.slice(at + 1, at + 2)) : [];
  });
const cd: Check = (rest, context) => {
  changeDirectory(rest, context);
  return true;
};

const checks: Readonly<Record<string, Check>> = {
  alias: (rest) => !rest.some((word) => word.raw.includes("=")),
  source: script,
  ".": script,
  trap: judgeTrap,
  eval: (rest, { nested }) => {
    if (rest.every((word) => word.text !== null)) nested(joinWords(rest));
    return false;
  },
  coproc: (rest, context) => {
    context.judge(rest, context);
    return true;
  },
  cd,
  pushd: cd,
  ...Object.fromEntries(["export", "declare", "typeset", "local", "readonly", "let", "test", "["].map((name) => [name, noSteering])),
  printf: setsVariables((rest) => namedBy(rest.slice(0, 2), /^-v(.*)$/)),
  wait: setsVariables((rest) => namedBy(rest, /^-\w*p(.*)$/)),
  ...Object.fromEntries(["mapfile", "readarray", "getopts"].map((name) => [name, setsVariables(operands)])),
  read: setsVariables((rest) => [...namedBy(rest, /^-[ers]*a(.*)$/), ...operandsOf([literalWord("read"), ...rest], readValues)]),
  // Without PATH a shell looks where it stands.
  unset: setsVariables((rest) => operands(rest).filter((word) => word.text === null || word.text === "PATH")),
  ...Object.fromEntries(["awk", "gawk", "mawk", "nawk"].map((name) => [name, awk])),
  sed,
  gsed: sed,
  ...Object.fromEntries(["ln", "cp", "install", "link"].map((name) => [name, noProgramCopied])),
  npm: (rest) =>
    !rest.some((word) => /^--?(script-shell|node-options|git|shell|call)(=|$)/.test(word.raw)) &&
    !/^(explore|config set script-shell|set script-shell|pkg set scripts|set-script)/.test(joinWords(rest)),
  make,
  gmake: make,
};

const packageManagers: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "bun", "node"]);

/** Files that tell a program what to run: what this very script wrote into them nobody has seen. */
function projectFiles(name: string): readonly string[] {
  if (name === "make" || name === "gmake") return ["Makefile", "makefile", "GNUmakefile"];
  return packageManagers.has(name) ? ["package.json", ".npmrc"] : [];
}

/** Whether a command does what its name says and nothing that its words hide; judges on its way what it runs besides. */
export function isPlain(name: string, words: readonly ShellWord[], context: JudgeContext): boolean {
  const { effects, isOpen } = context;
  const rest = words.slice(1);
  const launching = Object.hasOwn(launchingOptions, name) ? launchingOptions[name] : undefined;
  if (launching && rest.some((word) => launching.test(word.text ?? word.raw))) return false;
  // Its first word is a cluster of options also without a dash.
  if (name === "tar" && /^[a-zA-Z]*[IF]/.test(rest[0]?.text ?? rest[0]?.raw ?? "")) return false;
  if (twoWordCommands.has(name) && (rest[0]?.text === null || (isOpen && rest.length === 0))) return false;
  const path = words[0]?.text ?? name;
  addRuns(effects, runsByName(name, path, rest));
  if (path.includes("/") && !binDirectory.test(path) && wasWritten(path, effects)) return false;
  if (projectFiles(name).some((file) => effects.writes.some((written) => posix.basename(written) === file))) return false;
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check) return check(rest, context);
  const code = codeSource(name, words);
  if (code !== null) addRuns(effects, [...programRuns(name, code), ...preloaded(rest)]);
  if (code === "inline" || code === "stdin") return false;
  if (code !== null && programRuns(name, code).some((run) => run.kind === "program" && wasNamed(run.path, effects))) return false;
  if (
    code !== null &&
    code !== "none" &&
    "file" in code &&
    (wasWritten(code.file, effects) || code.file.startsWith("/dev/") || (isOpen && code.file.includes("{}")))
  )
    return false;
  return (
    (!runsAnything.has(name) && !/^ld[-.]/.test(name)) || (rest.length === 1 && /^(--version|--help|-V|-h)$/.test(rest[0]?.text ?? ""))
  );
}

function runsByName(name: string, path: string, rest: readonly ShellWord[]): ScriptRun[] {
  if (path.includes("/") && !binDirectory.test(path)) return [{ kind: "direct", path }];
  return name === "make" || name === "gmake" ? [makeRun(rest)] : packageRuns(name, rest);
}

function programRuns(name: string, code: CodeSource): ScriptRun[] {
  if (typeof code === "string") return [];
  const paths = "file" in code ? programFiles(name, code.file) : moduleFiles(code.module);
  return paths.map((path) => ({ kind: "program" as const, path }));
}

/** Files of the project that an interpreter loads before its program. */
function preloaded(rest: readonly ShellWord[]): ScriptRun[] {
  return rest.flatMap((word, at) => {
    const match = /^(?:-r|--require|--import|--loader|--experimental-loader)(?:=?(.+))?$/.exec(word.text ?? "");
    const path = match ? (match[1] ?? rest[at + 1]?.text ?? "") : "";
    return /^\.{0,2}\//.test(path) ? [{ kind: "program" as const, path }] : [];
  });
}

export function isSteeringAssignment(word: ShellWord): boolean {
  const match = /^([A-Za-z_]\w*)\+?=([\s\S]*)$/.exec(word.text ?? word.raw);
  return match !== null && steersCommands(match[1] ?? "", word.text === null ? null : literalWord(match[2] ?? ""));
}

/** `a[$(…)]`, of which arithmetic runs the inside. */
function hasCommandInSubscript(text: string): boolean {
  const bracket = text.indexOf("[");
  return bracket !== -1 && (text.indexOf("$(", bracket) !== -1 || text.indexOf("`", bracket) !== -1);
}

function judgeTrap(rest: readonly ShellWord[], { nested }: JudgeContext): boolean {
  const action = rest.find((word) => !/^-[lp-]$/.test(word.raw));
  if (!action || rest.length < 2) return true;
  if (action.text === null) return false;
  if (action.text !== "-" && action.text !== "") nested(action.text);
  return true;
}

/** From here on the script may stand in any of the directories that it could have gone to. */
export function changeDirectory(rest: readonly ShellWord[], { effects, home }: JudgeContext): void {
  const target = rest.find((word) => !/^-[LPe@n-]+$/.test(word.raw));
  const known = [...effects.directories];
  const text = target ? (target.text ?? computed(target.raw, home)) : null;
  if (text === null || target?.isGlob || /^[-+]\d*$/.test(text) || known.length > 16) {
    effects.directories.add(null);
    return;
  }
  for (const directory of known) if (directory !== null) effects.directories.add(posix.resolve(directory, text));
}

/** The usual ways to say where one stands, or where a script lies. */
function computed(raw: string, home: string | null): string | null {
  const bare = raw.replaceAll('"', "");
  const match =
    /^(\$PWD|\$\{PWD\}|\$\(pwd\)|\$\(git rev-parse --show-toplevel\)|\$\(dirname (?:-- )?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?\))((?:\/[\w.@-]+)*\/?)$/.exec(
      bare,
    );
  if (!match) return null;
  const [, start = "", rest = ""] = match;
  const from = start.includes("dirname") ? home : start.includes("git") ? workspaceRoot : ".";
  return from === null ? null : `${from}${rest}`;
}

import { posix } from "node:path";
import { steersCommands } from "./environment-variables.ts";
import { awkReachesOut, codeSource, sedReachesOut } from "./inline-code.ts";
import { binDirectory, isReadableScript, type JudgeContext, wasWritten } from "./judge-context.ts";
import { packageScripts, type ScriptRun } from "./script-runs.ts";
import type { ShellEffects } from "./shell-effects.ts";
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
const awk: Check = (rest) =>
  !rest.some((word) => /^(-f|--file|-i|--include|-E|--exec|-l|--load)/.test(word.raw)) &&
  !rest
    .filter((word, at) => !word.raw.startsWith("-") && !/^(-F|-v)$/.test(rest[at - 1]?.raw ?? ""))
    .slice(0, 1)
    .some(awkReachesOut);
const sed: Check = (rest) =>
  !rest.some((word) => /^(-[nErsuz]*f|--file)/.test(word.raw)) &&
  !rest
    .filter((word) => !word.raw.startsWith("-") || /^(-[nErsuz]*e|--expression)/.test(word.raw))
    .slice(0, 2)
    .some((word) => word.text !== null && sedReachesOut(word));
// A program under another name is another command to every rule.
const noProgramCopied: Check = (rest) => !rest.some((word) => binDirectory.test(word.text ?? word.raw) || /\$\(|`/.test(word.raw));
const make: Check = (rest, { effects }) =>
  !rest.some((word, at) => {
    const text = word.text ?? word.raw;
    const file = /^(-f|--file|--makefile)$/.test(text) ? rest[at + 1] : null;
    const attached = /^(?:-f|--file=|--makefile=)(.+)$/.exec(text)?.[1];
    if (file === null) return attached !== undefined && (word.text === null || !isReadableScript(literalWord(attached), effects));
    return !isReadableScript(file, effects);
  });
const script: Check = (rest, { effects }) => {
  effects.runs.push({ kind: "shell", path: rest[0]?.text ?? "" });
  return isReadableScript(rest[0], effects);
};
const cd: Check = (rest, { effects }) => {
  changeDirectory(rest, effects);
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
  ...Object.fromEntries(
    ["export", "declare", "typeset", "local", "readonly", "let", "test", "[", "printf", "read", "unset"].map((name) => [name, noSteering]),
  ),
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
  if (twoWordCommands.has(name) && (rest[0]?.text === null || (isOpen && rest.length === 0))) return false;
  const path = words[0]?.text ?? name;
  effects.runs.push(...runsByName(name, path, rest));
  if (path.includes("/") && !binDirectory.test(path) && wasWritten(path, effects)) return false;
  if (projectFiles(name).some((file) => effects.writes.some((written) => posix.basename(written) === file))) return false;
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check) return check(rest, context);
  const code = codeSource(name, words);
  if (code !== null && typeof code === "object") effects.runs.push({ kind: "program", path: code.file });
  if (code === "inline" || code === "stdin") return false;
  if (
    code !== null &&
    code !== "none" &&
    (wasWritten(code.file, effects) || code.file.startsWith("/dev/") || (isOpen && code.file.includes("{}")))
  )
    return false;
  return (
    (!runsAnything.has(name) && !/^ld[-.]/.test(name)) || (rest.length === 1 && /^(--version|--help|-V|-h)$/.test(rest[0]?.text ?? ""))
  );
}

function runsByName(name: string, path: string, rest: readonly ShellWord[]): ScriptRun[] {
  if (path.includes("/") && !binDirectory.test(path)) return [{ kind: "direct", path }];
  const operands = rest.filter((word) => !word.raw.startsWith("-")).map((word) => word.text ?? "");
  if (name === "make" || name === "gmake") return [{ kind: "make", targets: operands.filter((operand) => !operand.includes("=")) }];
  const scripts = packageScripts(name, operands);
  return scripts ? [scripts] : [];
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
function changeDirectory(rest: readonly ShellWord[], effects: ShellEffects): void {
  const target = rest.find((word) => !/^-[LPe@n]+$/.test(word.raw));
  const known = [...effects.directories];
  if (!target || target.text === null || target.isGlob || target.text === "-" || known.length > 8) {
    effects.directories.add(null);
    return;
  }
  for (const directory of known) if (directory !== null) effects.directories.add(posix.resolve(directory, target.text));
}

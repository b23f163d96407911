import { posix } from "node:path";
import { parseOptions } from "./command-options.ts";
import { steersCommands } from "./environment-variables.ts";
import { fileEffects, removalAlias } from "./file-effects.ts";
import { gitCommand } from "./git-command.ts";
import { awkReachesOut, codeSource, sedReachesOut } from "./inline-code.ts";
import type { ShellEffects } from "./shell-effects.ts";
import { joinWords, literalWord, type ShellWord } from "./shell-word.ts";
import { launchingOptions, runnerPairs, runsAnything, shells, type Wrapper, wrappers } from "./wrappers.ts";

/** Where commands are judged: what they add to, and how a script within them is looked into. */
export interface JudgeContext {
  readonly effects: ShellEffects;
  /** judges a script that stands in a word: `sh -c`, `trap` */
  readonly nested: (script: string) => void;
  /** words that nobody knows yet are added to this command (`xargs`, `find -exec`) */
  readonly isOpen: boolean;
}

const binDirectory = /^\/(usr\/(local\/)?)?s?bin\//;
const programName = (text: string) => (binDirectory.test(text) ? posix.basename(text) : text);
/** Commands that are told what to do by their second word. */
const twoWords: ReadonlySet<string> = new Set(["git", "npm", "pnpm", "yarn", "docker", "cargo", "gem", "twine", "bun", "kubectl"]);

/** Adds what a simple command does to the effects. */
export function judgeCommand(words: readonly ShellWord[], context: JudgeContext): void {
  const [first] = words;
  const { effects } = context;
  if (!first) return;
  if (first.text === null || first.isGlob || first.text === "" || (context.isOpen && first.text.includes("{}"))) {
    effects.unjudgeable.push(joinWords(words));
    return;
  }
  const name = programName(first.text);
  const named = [literalWord(name), ...words.slice(1)];
  if (Object.hasOwn(wrappers, name) && wrappers[name]) return judgeWrapper(named, wrappers[name], context);
  const second = words[1]?.text ?? "";
  if (runnerPairs.has(`${name} ${second}`))
    return judgeWrapper([literalWord(`${name} ${second}`), ...words.slice(2)], wrappers.npx ?? {}, context);
  if (shells.has(name)) return judgeShell(named, context);
  if (name === "find" || name === "fd" || name === "fdfind") judgeFind(named, context);
  else if (name === "git") judgeGit(named, context);
  else judgePlain(name, named, context);
}

/** A command under its own name: what it does to files, and whether its words make it run something else. */
function judgePlain(name: string, words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const files = fileEffects(name, words);
  addFiles(files.writes, context);
  addReads(files.reads, effects);
  if (files.writesUnknown) effects.unknownWrites.push(text);
  effects.commands.push({ text, aliases: [...removalAlias(files), ...otherNames(name, words)] });
  if (!isPlain(name, words, context)) effects.unjudgeable.push(text);
}

function isPlain(name: string, words: readonly ShellWord[], { effects, isOpen, nested }: JudgeContext): boolean {
  const rest = words.slice(1);
  const launching = Object.hasOwn(launchingOptions, name) ? launchingOptions[name] : undefined;
  if (launching && rest.some((word) => launching.test(word.text ?? word.raw))) return false;
  if (isOpen && twoWords.has(name) && rest.length === 0) return false;
  if (twoWords.has(name) && rest[0]?.text === null) return false;
  if (wasWritten(name, effects)) return false;
  switch (name) {
    case "alias":
      return !rest.some((word) => word.raw.includes("="));
    case "source":
    case ".":
      return isReadableScript(rest[0], effects);
    case "trap":
      return judgeTrap(rest, nested);
    case "eval":
      if (rest.every((word) => word.text !== null)) nested(joinWords(rest));
      return false;
    case "coproc":
      judgeCommand(rest, { effects, nested, isOpen });
      return true;
    case "cd":
    case "pushd":
      changeDirectory(rest, effects);
      return true;
    case "export":
    case "declare":
    case "typeset":
    case "local":
    case "readonly":
    case "let":
    case "test":
    case "[":
    case "printf":
    case "read":
    case "unset":
      return !rest.some((word) => isSteeringAssignment(word) || (word.text !== null && /\[.*(\$\(|`)/.test(word.text)));
    case "awk":
    case "gawk":
    case "mawk":
    case "nawk":
      return !awkProgram(rest).some(awkReachesOut) && !rest.some((word) => /^(-f|--file|-i|--include|-E|--exec|-l|--load)/.test(word.raw));
    case "sed":
    case "gsed":
      return (
        !rest.some((word) => /^(-f|--file)/.test(word.raw)) &&
        !rest
          .filter((word) => !word.raw.startsWith("-") || word.raw.startsWith("-e"))
          .slice(0, 2)
          .some((word) => word.text !== null && sedReachesOut(word))
      );
    case "ln":
    case "cp":
    case "install":
    case "link":
      // A program under another name is another command to every rule.
      return !rest.some((word) => binDirectory.test(word.text ?? word.raw) || /\$\(|`/.test(word.raw));
    case "npm":
      return !/^(config set script-shell|set script-shell|pkg set scripts|set-script)/.test(joinWords(rest));
    case "make":
    case "gmake":
      return !rest.some((word, at) => word.text === "-f" && /^(-|\/dev\/)/.test(rest[at + 1]?.raw ?? "-"));
    default:
      break;
  }
  const code = codeSource(name, words);
  if (code === "inline" || code === "stdin") return false;
  if (code !== null && code !== "none" && (wasWritten(code.file, effects) || code.file.startsWith("/dev/"))) return false;
  if (runsAnything.has(name)) return rest.length === 1 && /^(--version|--help|-V|-h)$/.test(rest[0]?.text ?? "");
  return true;
}

function awkProgram(rest: readonly ShellWord[]): readonly ShellWord[] {
  const operands = rest.filter((word, at) => !word.raw.startsWith("-") && !/^(-F|-v)$/.test(rest[at - 1]?.raw ?? ""));
  return operands.slice(0, 1);
}

function isSteeringAssignment(word: ShellWord): boolean {
  const match = /^([A-Za-z_]\w*)\+?=([\s\S]*)$/.exec(word.text ?? word.raw);
  return match !== null && steersCommands(match[1] ?? "", word.text === null ? null : literalWord(match[2] ?? ""));
}

/** A script file that is there already, not one that comes out of a pipe, an expansion, or this very command. */
function isReadableScript(word: ShellWord | undefined, effects: ShellEffects): boolean {
  return (
    word?.text != null &&
    !word.isGlob &&
    !word.text.startsWith("/dev/") &&
    !word.text.startsWith("/proc/") &&
    !wasWritten(word.text, effects)
  );
}

function wasWritten(path: string, { writes, directories }: ShellEffects): boolean {
  if (writes.length === 0 || !/[/.]/.test(path)) return false;
  return [...directories].some((directory) => directory !== null && writes.includes(posix.resolve(directory, path)));
}

function judgeTrap(rest: readonly ShellWord[], nested: (script: string) => void): boolean {
  const action = rest.find((word) => !/^-[lp]$/.test(word.raw));
  if (!action || rest.length < 2) return true;
  if (action.text === null) return false;
  if (action.text !== "-" && action.text !== "") nested(action.text);
  return true;
}

function changeDirectory(rest: readonly ShellWord[], effects: ShellEffects): void {
  const target = rest.find((word) => !/^-[LPe@n]+$/.test(word.raw));
  const known = [...effects.directories];
  if (!target || target.text === null || target.isGlob || target.text === "-" || known.length > 8) {
    effects.directories.add(null);
    return;
  }
  for (const directory of known) if (directory !== null) effects.directories.add(posix.resolve(directory, target.text));
}

function judgeWrapper(words: readonly ShellWord[], wrapper: Wrapper, context: JudgeContext): void {
  const { effects } = context;
  const name = words[0]?.text ?? "";
  const text = joinWords(words);
  const script = words.findIndex((word) => word.text === "-c" || word.text === "--call");
  const options = parseOptions(words, 1, wrapper);
  if (wrapper.own) effects.commands.push({ text, aliases: [] });
  if (!options) {
    if (script > 0 && words[script + 1]?.text != null && (name === "npx" || name.endsWith(" exec")))
      context.nested(words[script + 1]?.text ?? "");
    else if (isQuery(name, words)) effects.commands.push({ text, aliases: [] });
    else effects.unjudgeable.push(text);
    return;
  }
  let at = options.next + (wrapper.operands ?? 0);
  if (wrapper.assignments) {
    for (; /^[A-Za-z_]\w*=/.test(words[at]?.text ?? words[at]?.raw ?? ""); at++) {
      const word = words[at];
      if (word && isSteeringAssignment(word)) effects.unjudgeable.push(text);
    }
  }
  const inner = words.slice(at);
  if (inner.length === 0) {
    if (context.isOpen) effects.unjudgeable.push(text);
    else if (!wrapper.own) effects.commands.push({ text, aliases: [] });
    return;
  }
  judgeCommand(inner, { ...context, isOpen: context.isOpen || wrapper.open === true });
}

/** `command -v x` only asks where something is. */
function isQuery(name: string, words: readonly ShellWord[]): boolean {
  const option = words[1]?.text ?? "";
  return (name === "command" && /^-[vV]$/.test(option)) || (words.length === 2 && /^(--version|--help|-h|-V)$/.test(option));
}

function judgeShell(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const name = words[0]?.text ?? "";
  let at = 1;
  let takesScript = false;
  for (; at < words.length; at++) {
    const option = words[at]?.text;
    if (option === null) break;
    if (option === "--version" || option === "--help") return void effects.commands.push({ text, aliases: [] });
    if (option === undefined || !/^[-+]./.test(option) || option === "--") break;
    if (option === "-o" || option === "+o" || option === "-O" || option === "+O") at++;
    else if (/^--(rcfile|init-file)/.test(option) || /^-[a-zA-Z]*s/.test(option)) return void effects.unjudgeable.push(text);
    else if (/^-[a-zA-Z]*c/.test(option)) takesScript = true;
  }
  const operand = words[words[at]?.text === "--" ? at + 1 : at];
  if (takesScript) {
    const script = operand?.text ?? null;
    // Every shell but bash and its kin has a grammar of its own.
    if (
      script === null ||
      /^(fish|csh|tcsh)$/.test(name) ||
      (context.isOpen && script.includes("{}")) ||
      (context.isOpen && /\$[@*\d]/.test(script))
    )
      effects.unjudgeable.push(text);
    else context.nested(script);
    return;
  }
  if (context.isOpen || !isReadableScript(operand, effects)) effects.unjudgeable.push(text);
  else effects.commands.push({ text, aliases: [] });
}

function judgeFind(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const removes = words.some((word) => word.text === "-delete");
  effects.commands.push({ text, aliases: removes ? [`rm ${joinWords(words.slice(1))}`] : [] });
  for (let at = 1; at < words.length; at++) {
    const option = words[at]?.text ?? "";
    if (words[at]?.text === null && at > 1) effects.unjudgeable.push(text);
    if (/^-(fprint0?|fls|fprintf)$/.test(option)) addFiles(words.slice(at + 1, at + 2), context);
    if (!/^(-exec|-execdir|-ok|-okdir)$/.test(option) && !(words[0]?.text !== "find" && /^(-x|-X|--exec|--exec-batch)$/.test(option)))
      continue;
    const end = words.findIndex((word, index) => index > at && (word.text === ";" || word.text === "+"));
    judgeCommand(words.slice(at + 1, end === -1 ? undefined : end), { ...context, isOpen: true });
    if (end === -1) return;
    at = end;
  }
}

function judgeGit(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const git = gitCommand(words);
  if (!git || (context.isOpen && git.subcommand === "")) {
    effects.unjudgeable.push(text);
    effects.commands.push({ text, aliases: [] });
    return;
  }
  const aliases = git.canonical === text ? [] : [git.canonical];
  if (git.removes) aliases.push(git.removes.length > 0 ? `rm ${joinWords(git.removes)}` : "rm");
  addFiles(git.writes, context);
  if (git.writesUnknown) effects.unknownWrites.push(text);
  effects.commands.push({ text, aliases });
  if (!git.isJudgeable) effects.unjudgeable.push(text);
}

/** The command without the options before its second word (`npm --prefix x publish`), read both ways. */
function otherNames(name: string, words: readonly ShellWord[]): string[] {
  const names: string[] = [];
  if (twoWords.has(name) && words[1]?.raw.startsWith("-")) {
    const operands = words.slice(1).filter((word) => !word.raw.startsWith("-"));
    names.push(joinWords([literalWord(name), ...operands]), joinWords([literalWord(name), ...operands.slice(1)]));
  }
  if (name.includes("/")) names.push(joinWords([literalWord(posix.basename(name)), ...words.slice(1)]));
  return names;
}

const harmlessDevices = /^\/dev\/(null|stdout|stderr|tty|fd\/\d+|zero|full)$/;

/** Files that are written, from wherever the script may stand. */
export function addFiles(words: readonly ShellWord[], { effects, isOpen }: JudgeContext): void {
  for (const word of words) {
    if (word.text === null || word.isGlob || (isOpen && word.text.includes("{}"))) effects.unknownWrites.push(word.raw);
    else if (harmlessDevices.test(word.text) || word.text === "-") continue;
    else if (word.text.startsWith("/dev/")) effects.unjudgeable.push(word.raw);
    else
      for (const directory of effects.directories) {
        if (directory !== null || word.text.startsWith("/")) effects.writes.push(posix.resolve(directory ?? "/", word.text));
        else effects.unknownWrites.push(word.raw);
      }
  }
}

export function addReads(words: readonly ShellWord[], effects: ShellEffects): void {
  for (const word of words) if (word.text !== null && word.text !== "-" && !word.text.startsWith("/dev/")) effects.reads.push(word.text);
}

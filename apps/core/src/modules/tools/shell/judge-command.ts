import { posix } from "node:path";
import { fileEffects, removalAlias } from "./file-effects.ts";
import { gitCommand } from "./git-command.ts";
import { addFiles, addLinked, addReads, addTouched, addTrees, binDirectory, type JudgeContext, wasWritten } from "./judge-context.ts";
import { changeDirectory, isPlain, twoWordCommands } from "./plain-command.ts";
import type { ShellEffects } from "./shell-effects.ts";
import { joinWords, literalWord, type ShellWord } from "./shell-word.ts";
import { judgeFind, judgeShell, judgeWrapper } from "./wrapped-command.ts";
import { runnerPairs, shells, wrappers } from "./wrappers.ts";

const programName = (text: string) => (binDirectory.test(text) ? posix.basename(text) : text);

/** Adds what a simple command does to the effects. */
export function judgeCommand(words: readonly ShellWord[], context: JudgeContext): void {
  const [first] = words;
  const { effects } = context;
  if (!first) return;
  if (first.text === null || first.isGlob || first.text === "" || (context.isOpen && first.text.includes("{}"))) {
    effects.unjudgeable.push(joinWords(words));
    return;
  }
  if (judgeKeyword(words, context)) return;
  // Known by its name wherever it lies: a `python` of the project runs `-c` like the system's.
  const name = posix.basename(first.text);
  const named = [literalWord(programName(first.text)), ...words.slice(1)];
  const pair = `${name} ${words[1]?.text ?? ""}`;
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper) judgeWrapper(named, wrapper, context);
  else if (runnerPairs.has(pair)) judgeWrapper([literalWord(pair), ...words.slice(2)], wrappers.npx ?? {}, context);
  else if (shells.has(name)) judgeShell(named, context);
  else if (name === "find" || name === "fd" || name === "fdfind") {
    judgeFind(named, context);
    if (mayGetOptions(name, named, context)) effects.unjudgeable.push(joinWords(named));
  } else if (name === "git") judgeGit(named, context);
  else judgePlain(name, named, context);
}

// Behind `!`, `time` and `coproc` the grammar reads compound commands as simple ones.
const opening: ReadonlySet<string> = new Set(["{", "if", "then", "else", "elif", "do", "while", "until", "!", "time", "coproc"]);
const closing: ReadonlySet<string> = new Set(["}", "fi", "done", "esac"]);
const unread: ReadonlySet<string> = new Set(["for", "case", "select", "function", "in"]);

/** Whether the first word is none of a command's but the shell's own; judges what stands behind it. */
function judgeKeyword(words: readonly ShellWord[], context: JudgeContext): boolean {
  const [first, ...rest] = words;
  // Quoted it would be a command's name.
  const keyword = first?.raw ?? "";
  if (unread.has(keyword) || (closing.has(keyword) && rest.length > 0)) context.effects.unjudgeable.push(joinWords(words));
  else if (closing.has(keyword)) return true;
  else if (opening.has(keyword) && (keyword !== "time" || rest.some((word) => opening.has(word.raw) || unread.has(word.raw)))) {
    const start = rest.findIndex((word) => !/^-p?$/.test(word.raw));
    // `coproc NAME { …; }`
    const named = keyword === "coproc" && (opening.has(rest[1]?.raw ?? "") || unread.has(rest[1]?.raw ?? ""));
    if (rest.length > 0) context.judge(rest.slice(named ? 1 : Math.max(start, 0)), context);
  } else return false;
  return true;
}

/** A command under its own name: what it does to files, and whether its words make it run something else. */
function judgePlain(name: string, words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  // What xargs or find adds stands for files like any other word.
  const files = fileEffects(name, context.isOpen ? [...words, { raw: "…", text: null, isGlob: false }] : words);
  if (buildsAgreed(name, words, effects)) addTouched(files.writes, context, "touches");
  else addFiles(files.writes, context);
  addTrees(files.trees, context);
  addTouched([...files.touches, ...files.removes], context, "touches");
  addTouched(files.touchedTrees, context, "touchedTrees");
  addLinked(files.linked, context);
  addReads(files.reads, effects);
  if (files.writesUnknown) effects.unknownWrites.push(text);
  effects.commands.push({ text, aliases: [...removalAlias(files), ...otherNames(name, words)] });
  if (!isPlain(name, words, context) || mayGetOptions(name, words, context)) effects.unjudgeable.push(text);
}

const strongOptions: Readonly<Record<string, RegExp>> = {
  find: /(?<![\w-])-(delete|exec(dir)?|ok(dir)?)(?![\w-])/g,
  tar: /--(remove-files|checkpoint-action|to-command|use-compress-program)/g,
  sort: /--compress-program/g,
  split: /--filter/g,
};

/** Words known only when it runs, of which one may be an option that the script has spelled out elsewhere. */
function mayGetOptions(name: string, words: readonly ShellWord[], { isOpen, script }: JudgeContext): boolean {
  const options = Object.hasOwn(strongOptions, name) ? strongOptions[name] : undefined;
  const isAppended = isOpen && !words.some((word) => word.raw.includes("{}"));
  if (!options || !(isAppended || words.some((word) => word.text === null && !word.raw.startsWith('"')))) return false;
  const own = words.map((word) => word.text ?? "").join(" ");
  return (script.match(options)?.length ?? 0) > (own.match(options)?.length ?? 0);
}

const compilers: ReadonlySet<string> = new Set(["gcc", "g++", "cc", "c++", "clang", "clang++", "ld", "go", "rustc"]);

/** Machine code out of sources that this very script has not written: run, it is known by its name like any other program. */
function buildsAgreed(name: string, words: readonly ShellWord[], effects: ShellEffects): boolean {
  if (!compilers.has(name) || words.some(({ text }) => text === null || /^(-[ESM]|-x|@|-$|-f?save-temps)/.test(text))) return false;
  return !words.slice(1).some(({ text }) => text !== null && !text.startsWith("-") && wasWritten(text, effects));
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
  // It alone goes there, not the script.
  const directories = new Set(effects.directories);
  for (const directory of git.directories) changeDirectory([directory], { ...context, effects: { ...effects, directories } });
  const there = { ...context, effects: { ...effects, directories } };
  addFiles(git.writes, there);
  addTrees(git.trees, there);
  if (git.writesUnknown) effects.unknownWrites.push(text);
  effects.commands.push({ text, aliases });
  if (!git.isJudgeable) effects.unjudgeable.push(text);
}

/** The command without the options before its second word (`npm --prefix x publish`), read both ways. */
function otherNames(name: string, words: readonly ShellWord[]): string[] {
  const names: string[] = [];
  if (twoWordCommands.has(name) && words[1]?.raw.startsWith("-")) {
    const operands = words.slice(1).filter((word) => !word.raw.startsWith("-"));
    names.push(joinWords([literalWord(name), ...operands]), joinWords([literalWord(name), ...operands.slice(1)]));
  }
  const path = words[0]?.text ?? "";
  if (path !== name) names.push(joinWords([literalWord(name), ...words.slice(1)]));
  return names;
}

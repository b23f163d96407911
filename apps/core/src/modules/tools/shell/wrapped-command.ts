import { posix } from "node:path";
import { parseOptions } from "./command-options.ts";
import { addFiles, addTouched, isReadableScript, type JudgeContext } from "./judge-context.ts";
import { changeDirectory, isSteeringAssignment } from "./plain-command.ts";
import { addRuns } from "./shell-effects.ts";
import { joinWords, literalWord, type ShellWord } from "./shell-word.ts";
import type { Wrapper } from "./wrappers.ts";

/** A command that runs the one behind its own options; an option that is not known hides where that begins. */
export function judgeWrapper(words: readonly ShellWord[], wrapper: Wrapper, context: JudgeContext): void {
  const { effects } = context;
  const name = posix.basename(words[0]?.text ?? "");
  const text = joinWords(words);
  const script = words.findIndex((word) => word.text === "-c" || word.text === "--call");
  const options = parseOptions(words, 1, wrapper);
  if (wrapper.own) effects.commands.push({ text, aliases: [] });
  if (!options) {
    const steered = words.some((word) => /^--?(shell|script-shell|node-options|node-arg)/.test(word.raw));
    if (script > 0 && !steered && words[script + 1]?.text != null && (name === "npx" || name.endsWith(" exec")))
      context.nested(words[script + 1]?.text ?? "");
    else if (isQuery(name, words)) effects.commands.push({ text, aliases: [] });
    else effects.unjudgeable.push(text);
    return;
  }
  for (const option of wrapper.directory ?? []) {
    const directory = options.values.get(option);
    if (directory) changeDirectory([directory], context);
  }
  let at = options.next + (wrapper.operands ?? 0);
  // env's lone dash empties the environment; timeout takes a double one after its duration.
  if (words[at]?.text === "-" || words[at]?.text === "--") at++;
  if (wrapper.assignments) {
    // Every word with an equals sign is one, also what no shell would take for a name: BASH_FUNC_ls%%=…
    for (; /^[^/=]+=/.test(words[at]?.text ?? words[at]?.raw ?? ""); at++) {
      const word = words[at];
      if (word && (isSteeringAssignment(word) || !/^[A-Za-z_]\w*=/.test(word.text ?? word.raw))) effects.unjudgeable.push(text);
    }
  }
  const inner = words.slice(at).map((word) => marked(word, options.values));
  if (inner.length === 0) {
    if (context.isOpen) effects.unjudgeable.push(text);
    else if (!wrapper.own) effects.commands.push({ text, aliases: [] });
    return;
  }
  // It takes a file for a program of python's.
  const isPython = name === "uv run" && /\.py$/.test(inner[0]?.text ?? "");
  context.judge(isPython ? [literalWord("python3"), ...inner] : inner, { ...context, isOpen: context.isOpen || wrapper.open === true });
}

/** xargs' own mark for the words that it puts in, as `{}`. */
function marked(word: ShellWord, values: ReadonlyMap<string, ShellWord>): ShellWord {
  const mark = ["-I", "-J", "-i", "--replace"].map((option) => values.get(option)?.text ?? "").find((text) => text !== "") ?? "";
  return mark === "" || word.text === null ? word : { ...word, text: word.text.replaceAll(mark, "{}") };
}

/** `command -v x` only asks where something is. */
function isQuery(name: string, words: readonly ShellWord[]): boolean {
  const option = words[1]?.text ?? "";
  return (name === "command" && /^-[vV]$/.test(option)) || (words.length === 2 && /^(--version|--help|-h|-V)$/.test(option));
}

/** A shell: its script in a word is judged like the rest, one from a file is known by its name, any other is not known. */
export function judgeShell(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const name = posix.basename(words[0]?.text ?? "");
  let at = 1;
  let takesScript = false;
  for (; at < words.length; at++) {
    const option = words[at]?.text;
    if (option === null) break;
    if (option === "--version" || option === "--help") return void effects.commands.push({ text, aliases: [] });
    if (option === undefined || !/^[-+]./.test(option) || option === "--") break;
    // Its value is the word behind: which one is the script then, is another question than it seems.
    if (/^-[a-zA-Z]*c/.test(option) && option.includes("o")) return void effects.unjudgeable.push(text);
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
  else {
    effects.commands.push({ text, aliases: [] });
    addRuns(effects, [{ kind: "shell", path: operand?.text ?? "" }]);
  }
}

/** find and fd: what they remove, write, and run for each hit. */
export function judgeFind(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  const text = joinWords(words);
  const isFd = posix.basename(words[0]?.text ?? "") !== "find";
  const removes = words.some((word) => word.text === "-delete");
  effects.commands.push({ text, aliases: removes ? [`rm ${joinWords(words.slice(1))}`] : [] });
  if (removes) {
    const places = words.slice(1).filter((word) => !/^(-[HLP]|-O\d)$/.test(word.raw));
    const end = places.findIndex((word) => /^[-(!]/.test(word.text ?? word.raw));
    addTouched(end === 0 ? [literalWord(".")] : places.slice(0, end), context, "touchedTrees");
  }
  for (let at = 1; at < words.length; at++) {
    const option = words[at]?.text ?? "";
    if (words[at]?.text === null && at > 1) effects.unjudgeable.push(text);
    if (/^-(fprint0?|fls|fprintf)$/.test(option)) addFiles(words.slice(at + 1, at + 2), context);
    if (!/^(-exec|-execdir|-ok|-okdir)$/.test(option) && !(isFd && /^(-x|-X|--exec|--exec-batch)$/.test(option))) {
      // In a cluster, or with the command attached.
      if (isFd && /^(-[a-zA-Z]*[xX]|--exec)/.test(option)) effects.unjudgeable.push(text);
      continue;
    }
    const end = words.findIndex((word, index) => index > at && (word.text === ";" || word.text === "+"));
    context.judge(words.slice(at + 1, end === -1 ? undefined : end), { ...context, isOpen: true });
    if (end === -1) return;
    at = end;
  }
}

import type { ShellWord } from "./shell-word.ts";

// Variables by which a program is made to run or load something else.
const steering =
  /^(PATH|CDPATH|BASH_ALIASES|BASH_CMDS|HISTFILE|MANOPT|\w*PAGER|LD_\w+|DYLD_\w+|BASH_ENV|ENV|IFS|PROMPT_COMMAND|PS[0-4]|SHELLOPTS|BASHOPTS|BASH_FUNC\w*|GIT_\w+|\w+_(COMMAND|EDITOR|PAGER|ASKPASS|RSH)|\w*EDITOR|VISUAL|BROWSER|SHELL|NODE_OPTIONS|PYTHONSTARTUP|PYTHONINSPECT|PYTHONBREAKPOINT|PERL5\w+|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAKEFLAGS|MAKEFILES|CC|CXX|LESSOPEN|LESSCLOSE|TAR_OPTIONS|GCONV_PATH|(npm|NPM)_(config|CONFIG)_(script_shell|SCRIPT_SHELL|git|GIT|node_options|NODE_OPTIONS)|CARGO_\w*RUNNER|RUSTC_WRAPPER|RUSTC)$/;
const harmlessName = /^(GIT_(AUTHOR|COMMITTER)_\w+|GIT_TERMINAL_PROMPT|GIT_MERGE_AUTOEDIT|GIT_OPTIONAL_LOCKS)$/;
const harmlessValues: ReadonlySet<string> = new Set([
  "",
  "cat",
  "true",
  ":",
  "less",
  "gcc",
  "g++",
  "clang",
  "clang++",
  "cc",
  "c++",
  "none",
  "0",
  "1",
  "/dev/null",
]);

/** Whether setting the variable can make a command do something that its own words don't say. */
export function steersCommands(name: string, value: ShellWord | null): boolean {
  const text = value?.text ?? null;
  // A value that holds a command is run when arithmetic or a prompt is worked out from it.
  if (text !== null && /\$\(|`/.test(text)) return true;
  if (!steering.test(name) || harmlessName.test(name)) return false;
  if (text === null) return true;
  // How words are split says nothing about commands: one whose name is an expansion is asked anyway.
  if (name === "IFS") return /[\w/]/.test(text);
  if (name === "NODE_OPTIONS")
    return /(^|\s)-(r|-require|-import|-loader|-experimental-loader|-env-file|-inspect)/.test(text) || text.includes("data:");
  return !harmlessValues.has(text) || name === "PATH";
}

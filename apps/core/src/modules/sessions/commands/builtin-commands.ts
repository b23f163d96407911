import type { Command } from "./command.ts";

const base = { source: "builtin", path: null, agent: null, model: null, subtask: false } as const;

const init = `Look at this repository and write AGENTS.md at its root, for coding agents that will work here (when there is one already, improve it and keep what is right).

It says, in at most 150 lines: how to build, check and test (also a single test); how the code is laid out; the conventions that the code really follows (style, names, imports, types, errors, tests); what one must not do. Take it from the files (package manifests, CI, configuration, README, existing rules such as .cursorrules or CLAUDE.md), and check the commands that you name where that is quick. No generalities that hold for every repository.

$ARGUMENTS`;

const review = `Review the change described here: $ARGUMENTS

When nothing is described, review what this session has changed and not committed (git status, git diff, untracked files); when that is empty, the last commit (git show).

Read the files around the change, not only the diff. Look for: wrong results, missing cases, broken callers, races, missing error handling, security, tests that do not test; then for what goes against the conventions of the code around. Report only what you have made sure of by reading: for each finding the path and line, what happens with which input, and how to mend it; the worst first. Say it plainly when there is nothing. Change nothing.`;

/** Commands that every workspace has. `/compact` is no prompt: it shortens the conversation. */
export const builtinCommands: readonly Command[] = [
  { ...base, name: "init", description: "Write or improve AGENTS.md for this repository.", template: init },
  { ...base, name: "review", description: "Review a change: what this session changed, or what you name.", template: review },
  { ...base, name: "compact", description: "Shorten the conversation: it goes on with a summary.", template: "" },
];

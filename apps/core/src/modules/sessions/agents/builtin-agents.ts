import type { PermissionRule } from "../../tools/contract.ts";
import type { Agent } from "./agent.ts";
import { compactionPrompt, explorePrompt, generalPrompt, planPrompt, summaryPrompt, titlePrompt } from "./builtin-prompts.ts";

/** Changes with every change of the prompts: a run's record names the one that it was given. */
const version = "2026-11-23";

const rule = (permission: string, pattern: string, action: PermissionRule["action"]): PermissionRule => ({ permission, pattern, action });

// What only looks. Everything else that a plan wants to run is asked: the sandbox keeps the workspace from being written either way.
const readingCommands = [
  ..."ls cat head tail wc file stat du tree pwd which grep rg cut uniq nl basename dirname realpath diff cmp date true echo printf test".split(
    " ",
  ),
  ..."git status,git log,git diff,git show,git blame,git ls-files,git ls-tree,git rev-parse,git shortlog,git describe".split(","),
];

const planRules: readonly PermissionRule[] = [
  rule("edit", "*", "deny"),
  rule("bash", "*", "ask"),
  ...readingCommands.flatMap((command) => [rule("bash", command, "allow"), rule("bash", `${command} *`, "allow")]),
];

const exploreRules: readonly PermissionRule[] = [
  rule("edit", "*", "deny"),
  rule("bash", "*", "deny"),
  ...readingCommands.flatMap((command) => [rule("bash", command, "allow"), rule("bash", `${command} *`, "allow")]),
  rule("task", "*", "deny"),
  rule("question", "*", "deny"),
];

const generalRules: readonly PermissionRule[] = [rule("todowrite", "*", "deny"), rule("question", "*", "deny")];

const noTools = [{ pattern: "*", on: false }];

const base = {
  hidden: false,
  source: "builtin",
  path: null,
  tools: [],
  permission: [],
  model: null,
  small: false,
  temperature: null,
  topP: null,
  steps: null,
  color: null,
} as const;

const hidden = {
  ...base,
  mode: "primary",
  hidden: true,
  tools: noTools,
  permission: [rule("*", "*", "deny")],
  small: true,
  steps: 1,
} as const;

/** The agents that every workspace has. */
export const builtinAgents: readonly Agent[] = [
  {
    ...base,
    name: "build",
    description: "Does the work: reads, edits, runs commands and tests.",
    mode: "primary",
    prompt: null,
    promptVersion: `build/${version}`,
  },
  {
    ...base,
    name: "plan",
    description: "Looks and plans without changing anything: edits are denied, the workspace is mounted read-only.",
    mode: "primary",
    prompt: planPrompt,
    promptVersion: `plan/${version}`,
    permission: planRules,
    tools: ["write", "edit", "apply_patch"].map((pattern) => ({ pattern, on: false })),
  },
  {
    ...base,
    name: "explore",
    description: "Searches the repository quickly and reports what it found, with paths and lines. Reads only.",
    mode: "subagent",
    prompt: explorePrompt,
    promptVersion: `explore/${version}`,
    permission: exploreRules,
    tools: ["write", "edit", "apply_patch", "task", "todowrite", "question"].map((pattern) => ({ pattern, on: false })),
    small: true,
    steps: 40,
  },
  {
    ...base,
    name: "general",
    description: "Does a self-contained part of the work by itself, with all tools, and reports the result.",
    mode: "subagent",
    prompt: generalPrompt,
    promptVersion: `general/${version}`,
    permission: generalRules,
    tools: ["todowrite", "question"].map((pattern) => ({ pattern, on: false })),
  },
  { ...hidden, name: "title", description: "Names a session.", prompt: titlePrompt, promptVersion: `title/${version}`, temperature: 0.3 },
  {
    ...hidden,
    name: "compaction",
    description: "Sums a conversation up so that it can go on.",
    prompt: compactionPrompt,
    promptVersion: `compaction/${version}`,
    small: false,
  },
  {
    ...hidden,
    name: "summary",
    description: "Says in a few lines what a session did.",
    prompt: summaryPrompt,
    promptVersion: `summary/${version}`,
  },
];

export function findBuiltinAgent(name: string): Agent | null {
  return builtinAgents.find((agent) => agent.name === name) ?? null;
}

import { type ConfigProblem, describeConfigProblem, type ProjectConfig, readProjectConfig } from "../../repositories/index.ts";
import type { Agent, DefinitionProblem } from "./agent.ts";
import { type BaseCommit, readDefinitionFiles, remember } from "./definition-files.ts";
import { parseAgent, parseAgentMarkdown } from "./parse-agent.ts";

export interface AgentSet {
  readonly agents: readonly Agent[];
  readonly problems: readonly DefinitionProblem[];
}

// Later ones replace earlier ones of the same name.
const folders = [".claude/agents", ".opencode/agent", ".opencode/agents"];
const cached = remember<AgentSet>(100);

/** The agents that a repository defines in its base commit: Markdown files and the `agent` section of its configuration. */
export function repositoryAgents(base: BaseCommit): Promise<AgentSet> {
  return cached(`${base.workspaceId}:${base.repositoryId}:${base.commit}`, () => read(base));
}

/** The definitions of which nobody knows what they forbid: what stops every turn there, as a broken configuration does. */
export async function unknownRights(base: BaseCommit): Promise<ConfigProblem[]> {
  const { problems } = await repositoryAgents(base);
  return problems.flatMap(({ path: file, message, unknownRights: at }) =>
    at ? [{ severity: "policy" as const, file, line: at.line, path: at.key, message }] : [],
  );
}

async function read(base: BaseCommit): Promise<AgentSet> {
  const { files, problems } = await readDefinitionFiles(base, folders);
  const agents = new Map<string, Agent>();
  const all = [...problems];
  for (const { name, path, text } of files) {
    const parsed = parseAgentMarkdown(text, { name: name.split("/").at(-1) ?? name, source: "repository", path });
    all.push(...parsed.problems);
    if (parsed.value) agents.set(parsed.value.name, parsed.value);
  }
  const { config, problems: configProblems } = await readProjectConfig(base);
  all.push(
    ...configProblems
      .filter(({ path }) => path.startsWith("agent"))
      .map((problem) => ({ path: problem.file, severity: "error" as const, message: describeConfigProblem(problem) })),
  );
  for (const [name, section] of Object.entries(config.agent ?? {})) {
    const parsed = fromSection(name, section);
    all.push(...parsed.problems);
    if (parsed.value) agents.set(name, parsed.value);
  }
  return { agents: [...agents.values()], problems: all };
}

type Section = NonNullable<ProjectConfig["agent"]>[string];

/** The section's rules come parsed; switched-off tools are rules there, and are taken from the model's list as well. */
function fromSection(name: string, { permission, tools, ...rest }: Section) {
  const parsed = parseAgent({ ...rest }, { name, source: "repository", path: "opencode.jsonc" });
  if (!parsed.value) return parsed;
  const off = (tools ?? [])
    .filter(({ pattern, action }) => pattern === "*" && action === "deny")
    .map((rule) => ({ pattern: rule.permission, on: false }));
  return { ...parsed, value: { ...parsed.value, permission: [...(tools ?? []), ...(permission ?? [])], tools: off } };
}

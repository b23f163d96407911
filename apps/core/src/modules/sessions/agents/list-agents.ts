import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import type { Agent, DefinitionProblem } from "./agent.ts";
import { builtinAgents } from "./builtin-agents.ts";
import { findCustomAgents, type StoredDefinition } from "./custom-agent-repo.ts";
import { parseAgentMarkdown } from "./parse-agent.ts";
import { type AgentSet, repositoryAgents } from "./repository-agents.ts";

interface AgentPlace {
  readonly workspaceId: WorkspaceId;
  /** null where no repository is concerned: what repositories define is left out then */
  readonly repositoryId: RepositoryId | null;
  readonly commit: string | null;
}

/**
 * Every agent that can be named there: built in, made by the workspace, defined by the repository; of the same name a
 * later one replaces an earlier one, and a field that it leaves out stays as it was. Lenient: what can't be used is a problem.
 */
export async function listAgents(place: AgentPlace): Promise<AgentSet> {
  const stored = await withTenant(place.workspaceId, (tx) => findCustomAgents(tx, place.workspaceId));
  return mergeAgents(stored, await ofRepository(place));
}

async function ofRepository({ workspaceId, repositoryId, commit }: AgentPlace): Promise<AgentSet> {
  return repositoryId && commit ? repositoryAgents({ workspaceId, repositoryId, commit }) : { agents: [], problems: [] };
}

function mergeAgents(stored: readonly StoredDefinition[], repository: AgentSet): AgentSet {
  const agents = new Map<string, Agent>(builtinAgents.map((agent) => [agent.name, agent]));
  const problems: DefinitionProblem[] = [];
  for (const { name, definition } of stored) {
    const parsed = parseAgentMarkdown(definition, { name, source: "workspace", path: "browser" });
    problems.push(...parsed.problems.map((problem) => ({ ...problem, path: name })));
    if (parsed.value) agents.set(name, over(agents.get(name), parsed.value));
  }
  for (const agent of repository.agents) agents.set(agent.name, over(agents.get(agent.name), agent));
  return { agents: [...agents.values()], problems: [...problems, ...repository.problems] };
}

/** A definition over another one of its name: what it says wins, what it leaves out stays; rules are added, never lost. */
function over(before: Agent | undefined, agent: Agent): Agent {
  if (!before) return agent;
  return {
    ...agent,
    description: agent.description || before.description,
    // A built-in agent keeps its place: "build" does not become a sub-agent by a file that only sets its model.
    mode: before.source === "builtin" ? before.mode : agent.mode,
    hidden: before.hidden || agent.hidden,
    prompt: agent.prompt ?? before.prompt,
    promptVersion: agent.prompt === null ? before.promptVersion : agent.promptVersion,
    permission: [...before.permission, ...agent.permission],
    tools: [...before.tools, ...agent.tools],
    model: agent.model ?? before.model,
    small: agent.model === null && before.small,
    temperature: agent.temperature ?? before.temperature,
    topP: agent.topP ?? before.topP,
    steps: agent.steps ?? before.steps,
    color: agent.color ?? before.color,
  };
}

import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { listBaseFiles } from "../../repositories/index.ts";
import type { Command } from "../commands/command.ts";
import { findCustomCommands } from "../commands/custom-command-repo.ts";
import { listCommands } from "../commands/list-commands.ts";
import { rankFiles } from "../commands/rank-files.ts";
import { findUsableRepository } from "../repo.ts";
import type { Agent, DefinitionProblem } from "./agent.ts";
import type { AgentView, CommandView } from "./contract.ts";
import { findCustomAgents, type StoredDefinition } from "./custom-agent-repo.ts";
import { mayEdit } from "./effective-permissions.ts";
import { listAgents } from "./list-agents.ts";
import { resolvePrimaryAgent } from "./resolve-agent.ts";

interface Place {
  readonly workspaceId: WorkspaceId;
  /** without one: what the workspace has by itself */
  readonly repositoryId?: RepositoryId | undefined;
}

/** Agents that can be chosen or named there, the workspace's own texts, and what is wrong with definitions. */
export async function browseAgents(
  place: Place,
): Promise<{ agents: AgentView[]; defaultAgent: string; custom: StoredDefinition[]; problems: readonly DefinitionProblem[] }> {
  const { workspaceId, repositoryId, commit } = await placeOf(place);
  const defaultAgent = repositoryId ? (await resolvePrimaryAgent({ workspaceId, repositoryId, commit }, undefined)).name : "build";
  const { agents, problems } = await listAgents({ workspaceId, repositoryId, commit });
  const custom = await withTenant(workspaceId, (tx) => findCustomAgents(tx, workspaceId));
  return { agents: agents.filter((agent) => !agent.hidden).map(toAgentView), defaultAgent, custom, problems };
}

/** The commands that can be typed there. */
export async function browseCommands(
  place: Place,
): Promise<{ commands: CommandView[]; custom: StoredDefinition[]; problems: readonly DefinitionProblem[] }> {
  const { workspaceId, repositoryId, commit } = await placeOf(place);
  const { commands, problems } = await listCommands({ workspaceId, repositoryId, commit });
  const custom = await withTenant(workspaceId, (tx) => findCustomCommands(tx, workspaceId));
  return { commands: commands.map(toCommandView), custom, problems };
}

/** Files of the repository whose path fits what was typed after an `@`, the best first. */
export async function suggestFiles(input: { workspaceId: WorkspaceId; repositoryId: RepositoryId; query: string }): Promise<string[]> {
  const place = await placeOf(input);
  if (place.commit === null) return [];
  const base = { workspaceId: input.workspaceId, repositoryId: input.repositoryId, commit: place.commit };
  return rankFiles(
    (await listBaseFiles({ ...base, maxFiles: limits.command.maxListedFiles })) ?? [],
    input.query,
    limits.command.maxSuggestions,
  );
}

async function placeOf({ workspaceId, repositoryId }: Place) {
  if (!repositoryId) return { workspaceId, repositoryId: null, commit: null };
  const repository = await withTenant(workspaceId, (tx) => findUsableRepository(tx, { workspaceId, repositoryId }));
  if (!repository) throw notFound("The repository");
  return { workspaceId, repositoryId, commit: repository.headCommit };
}

function toAgentView(agent: Agent): AgentView {
  const { name, description, mode, source, path, model, steps, temperature, color } = agent;
  return { name, description, mode, source, path, model, steps, temperature, color, mayEdit: mayEdit(agent) };
}

function toCommandView({ name, description, source, path, agent, model, subtask, template }: Command): CommandView {
  return { name, description, source, path, agent, model, subtask, takesArguments: template !== "" };
}

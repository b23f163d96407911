import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { readProjectConfig } from "../../repositories/index.ts";
import type { Agent } from "./agent.ts";
import { listAgents } from "./list-agents.ts";

export interface AgentPlace {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly commit: string | null;
}

/** The agent that a name means there. BAD_REQUEST with the names that can be taken instead. */
export async function resolveAgent({ name, ...place }: AgentPlace & { readonly name: string }): Promise<Agent> {
  const { agents } = await listAgents(place);
  const found = agents.find((agent) => agent.name === name);
  if (found) return found;
  throw unknownAgent(name, agents.filter(isPrimary));
}

/** The agent that a session can be given to by that name; without one the repository's default, else `build`. BAD_REQUEST as above. */
export async function resolvePrimaryAgent(place: AgentPlace, name: string | undefined): Promise<Agent> {
  const agents = (await listAgents(place)).agents.filter(isPrimary);
  const wanted = name ?? (await defaultAgent(place)) ?? "build";
  const found =
    agents.find((agent) => agent.name === wanted) ?? (name === undefined ? agents.find((agent) => agent.name === "build") : undefined);
  if (!found) throw unknownAgent(wanted, agents);
  return found;
}

const isPrimary = (agent: Agent): boolean => agent.mode !== "subagent" && !agent.hidden;

async function defaultAgent(place: AgentPlace): Promise<string | undefined> {
  return place.commit === null ? undefined : (await readProjectConfig({ ...place, commit: place.commit })).config.default_agent;
}

function unknownAgent(name: string, agents: readonly Agent[]): AppError {
  return new AppError(
    "BAD_REQUEST",
    `There is no agent named "${name.slice(0, 64)}". Take one of: ${agents.map((agent) => agent.name).join(", ")}.`,
  );
}

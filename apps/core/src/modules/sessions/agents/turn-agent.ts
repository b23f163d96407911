import { type Tx, withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId, SessionId } from "../../../platform/ids.ts";
import type { TurnKey } from "../event-log-repo.ts";
import type { Agent } from "./agent.ts";
import { type AgentRecord, findAgentRecord } from "./agent-repo.ts";
import { listAgents } from "./list-agents.ts";

/** Who works in a turn, and whom it may call. */
export interface TurnAgents {
  readonly record: AgentRecord;
  /** the turn's own */
  readonly agent: Agent;
  /** the turn's own first, then those of the turns that it works for, up to the top */
  readonly lineage: readonly Agent[];
  /** everybody who can be named there */
  readonly all: readonly Agent[];
}

const known = new Map<string, TurnAgents>();
const maxKnown = 500;

interface AgentRecords {
  readonly first: AgentRecord;
  readonly rest: readonly AgentRecord[];
}

/** What is stored about a turn's agent, and about those of the turns that it works for, up to the top. */
export async function findAgentRecords(tx: Tx, key: TurnKey): Promise<AgentRecords> {
  const first = await findAgentRecord(tx, key, key.turnId);
  const rest: AgentRecord[] = [];
  for (let record = first; record.parentSessionId !== null; ) {
    record = await findAgentRecord(tx, { ...key, sessionId: record.parentSessionId as SessionId }, record.parentTurnId);
    rest.push(record);
  }
  return { first, rest };
}

/** A turn keeps the agent that it began with: looked up once a turn and process, in `records` where they were just read. */
export async function turnAgents(key: TurnKey, records?: AgentRecords): Promise<TurnAgents> {
  const found = known.get(key.turnId);
  if (found) return found;
  const stored = records ?? (await withTenant(key.workspaceId, (tx) => findAgentRecords(tx, key)));
  const { repositoryId, baseCommit } = stored.first;
  const { agents } = await listAgents({ workspaceId: key.workspaceId, repositoryId: repositoryId as RepositoryId, commit: baseCommit });
  const agentOf = (record: AgentRecord) => agents.find(({ name }) => name === record.agent) ?? lostAgent(record.agent);
  const agent = agentOf(stored.first);
  const result = { record: stored.first, agent, lineage: [agent, ...stored.rest.map(agentOf)], all: agents };
  // Before the first checkout nobody knows what the repository defines.
  if (baseCommit !== null) known.set(key.turnId, result);
  const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return result;
}

/** The agents of a turn and of all the turns above it that it works for, its own first: a call has to be allowed by each. */
export async function agentLineage(key: TurnKey): Promise<readonly Agent[]> {
  return (await turnAgents(key)).lineage;
}

/** Its definition is gone: nothing is allowed to it. */
function lostAgent(name: string): Agent {
  return {
    name,
    description: "",
    mode: "all",
    hidden: true,
    source: "workspace",
    path: null,
    prompt: `The agent "${name}" does not exist any more. Say so, and that another agent has to be chosen.`,
    promptVersion: "lost",
    permission: [{ permission: "*", pattern: "*", action: "deny" }],
    tools: [{ pattern: "*", on: false }],
    model: null,
    small: false,
    temperature: null,
    topP: null,
    steps: 1,
    color: null,
  };
}

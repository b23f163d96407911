import type { RepositoryId } from "../../../platform/ids.ts";
import { sessionTools, type Tool, wildcardMatches } from "../../tools/index.ts";
import type { Agent } from "../agents/agent.ts";
import { turnAgents } from "../agents/turn-agent.ts";
import { maxDepthOf } from "../children/start-child.ts";
import { subAgentsOf, taskTool } from "../children/task-tool.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { questionTool } from "../questions/question-tool.ts";
import { connectedTools } from "./connected-tools.ts";

/** The tools that a turn has: what the model is told of, and what its calls are looked up in. */
export interface TurnTools {
  readonly list: readonly Tool[];
  find(name: string): Tool | null;
}

/** The tools of a turn: what there is, less what its agent has switched off. */
export async function turnTools(key: TurnKey): Promise<TurnTools> {
  const { agent, all, record } = await turnAgents(key);
  const maxDepth = await maxDepthOf({ ...record, workspaceId: key.workspaceId });
  const scope = { ...key, repositoryId: record.repositoryId as RepositoryId, baseCommit: record.baseCommit };
  const sources: readonly Tool[] = [
    ...(await sessionTools(scope)),
    questionTool,
    ...(record.depth < maxDepth ? [taskOf(all)] : []),
    ...(await connectedTools(key, record)),
  ];
  const list = sources.filter((tool) => hasTool(agent, tool.name));
  return { list, find: (name) => list.find((tool) => tool.name === name) ?? null };
}

/** Whether an agent has a tool: the last switch that names it decides. */
export function hasTool(agent: Pick<Agent, "tools">, name: string): boolean {
  return agent.tools.findLast(({ pattern }) => wildcardMatches(pattern, name))?.on ?? true;
}

const tasks = new Map<string, Tool>();

/** The same sub-agents get the same tool object: what is known of its schema stays. */
function taskOf(agents: readonly Agent[]): Tool {
  const signature = JSON.stringify(subAgentsOf(agents).map(({ name, description }) => [name, description]));
  const known = tasks.get(signature);
  if (known) return known;
  if (tasks.size > 200) tasks.clear();
  const tool = taskTool(agents);
  tasks.set(signature, tool);
  return tool;
}

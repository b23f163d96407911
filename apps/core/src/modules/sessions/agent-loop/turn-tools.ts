import { systemClock } from "../../../platform/clock.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { sessionTools, type Tool, wildcardMatches } from "../../tools/index.ts";
import type { Agent } from "../agents/agent.ts";
import { turnAgents } from "../agents/turn-agent.ts";
import { maxDepthOf } from "../children/start-child.ts";
import { subAgentsOf, taskTool } from "../children/task-tool.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { questionTool } from "../questions/question-tool.ts";
import { outputToolOf } from "../structured-output/output-tool.ts";
import { connectedTools } from "./connected-tools.ts";

/** The tools that a turn has: what the model is told of, and what its calls are looked up in. */
export interface TurnTools {
  readonly list: readonly Tool[];
  find(name: string): Tool | null;
}

const kept = new Map<string, { readonly tools: ReturnType<typeof gather>; readonly untilMs: number }>();
const maxKept = 300;

/** The tools of a turn: what there is, less what its agent has switched off. Looked up again after some seconds. */
export function turnTools(key: TurnKey): Promise<TurnTools> {
  const nowMs = systemClock.monotonicMs();
  const found = kept.get(key.turnId);
  if (found && found.untilMs > nowMs) return found.tools;
  const tools = gather(key);
  kept.delete(key.turnId);
  kept.set(key.turnId, { tools, untilMs: nowMs + limits.mcp.turnToolsMaxAgeMs });
  tools.then(
    // Before the first checkout nobody knows what the repository defines.
    ({ isFinal }) => void (isFinal || kept.delete(key.turnId)),
    () => kept.delete(key.turnId),
  );
  const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  return tools;
}

async function gather(key: TurnKey): Promise<TurnTools & { readonly isFinal: boolean }> {
  const { agent, all, record } = await turnAgents(key);
  const scope = { ...key, repositoryId: record.repositoryId as RepositoryId, baseCommit: record.baseCommit };
  const [maxDepth, own, connected] = await Promise.all([
    maxDepthOf({ ...record, workspaceId: key.workspaceId }),
    sessionTools(scope),
    connectedTools(key, record),
  ]);
  const sources: readonly Tool[] = [...own, questionTool, ...(record.depth < maxDepth ? [taskOf(all)] : []), ...connected];
  const schema = record.outputSchema;
  const list = [...sources.filter((tool) => hasTool(agent, tool.name)), ...(schema ? [outputToolOf(key.turnId, schema)] : [])];
  return { list, find: (name) => list.find((tool) => tool.name === name) ?? null, isFinal: record.baseCommit !== null };
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

import { systemClock } from "../../../platform/clock.ts";
import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { type ConfiguredServer, mcpSessionTools, syncRepositoryServers } from "../../mcp/index.ts";
import { resolveModel } from "../../providers/index.ts";
import { readProjectConfig } from "../../repositories/index.ts";
import { mcpTools, type Tool } from "../../tools/index.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { getTurnRecord } from "../repo.ts";
import { holdSandbox } from "./held-sandbox.ts";

interface Known {
  readonly tools: Promise<readonly Tool[]>;
  readonly untilMs: number;
}

// By turn: which tools there are does not change between a model's answer and its calls, but for a server's being switched off.
const known = new Map<string, Known>();
const maxKnown = 500;

/** The tools of the connected servers for a turn. None before the session has its base commit: nothing is called then either. */
export function connectedTools(key: TurnKey, repository: { repositoryId: string; baseCommit: string | null }): Promise<readonly Tool[]> {
  const { baseCommit } = repository;
  if (baseCommit === null) return Promise.resolve([]);
  const nowMs = systemClock.monotonicMs();
  const found = known.get(key.turnId);
  if (found && found.untilMs > nowMs) return found.tools;
  const tools = gather(key, { repositoryId: repository.repositoryId as RepositoryId, baseCommit });
  known.delete(key.turnId);
  known.set(key.turnId, { tools, untilMs: nowMs + limits.mcp.turnToolsMaxAgeMs });
  tools.catch(() => known.delete(key.turnId));
  const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return tools;
}

async function gather(key: TurnKey, { repositoryId, baseCommit }: { repositoryId: RepositoryId; baseCommit: string }): Promise<Tool[]> {
  const { workspaceId } = key;
  const { config } = await readProjectConfig({ workspaceId, repositoryId, commit: baseCommit });
  await syncRepositoryServers({ workspaceId, repositoryId, servers: configured(config.mcp ?? {}) });
  const connected = await mcpSessionTools({ workspaceId, repositoryId, sandbox: async () => (await holdSandbox(key)).sandbox });
  if (connected.length === 0) return [];
  const { model } = await withTenant(workspaceId, (tx) => getTurnRecord(tx, key));
  const contextTokens = await resolveModel(workspaceId, model).then(
    ({ info }) => info.contextTokens,
    () => null,
  );
  return mcpTools(connected, contextTokens);
}

type McpSection = NonNullable<Awaited<ReturnType<typeof readProjectConfig>>["config"]["mcp"]>;

/** An entry that only switches a server on or off names none. */
function configured(section: McpSection): Record<string, ConfiguredServer> {
  return Object.fromEntries(Object.entries(section).flatMap(([name, server]) => ("type" in server ? [[name, server]] : [])));
}

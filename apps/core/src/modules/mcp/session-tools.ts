import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { ExecAccess, OpenSandbox } from "../sandbox/contract.ts";
import type { McpTool } from "./contract.ts";
import { callHttpTool } from "./http-server.ts";
import { type McpError, mcpErrorOf } from "./mcp-error.ts";
import { refreshTools } from "./refresh-tools.ts";
import { findServers, type McpServerRow, updateServer } from "./repo.ts";
import { askInSandbox } from "./sandbox-server.ts";
import { type McpAnswer, readToolContent } from "./tool-content.ts";

/** What one call may use. */
export interface McpCallContext {
  readonly sandbox: OpenSandbox;
  readonly callId: string;
  readonly access?: ExecAccess | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A tool of a connected server, ready to be called. */
export interface ConnectedTool extends McpTool {
  readonly server: string;
  /** Answers what the tool answered; a server that can't be asked is an answer with `isError`. */
  call(input: Record<string, unknown>, context: McpCallContext): Promise<McpAnswer>;
}

const isUsable = (server: McpServerRow, repositoryId: RepositoryId): boolean =>
  server.enabled && server.approvedById !== null && (server.repositoryId === "" || server.repositoryId === repositoryId);

/**
 * The tools of the servers that a session on this repository may use: the workspace's own, and those that the
 * repository names and somebody has approved. Lists older than `limits.mcp.toolsMaxAgeMs` are asked for again; a
 * server that does not answer keeps the tools that it had. Of two with the same name the workspace's is used.
 */
export async function mcpSessionTools(input: {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly sandbox: () => Promise<OpenSandbox>;
}): Promise<ConnectedTool[]> {
  const servers = await withTenant(input.workspaceId, (tx) => findServers(tx, input.workspaceId));
  const usable = servers.filter((server) => isUsable(server, input.repositoryId));
  const oldest = systemClock.now().getTime() - limits.mcp.toolsMaxAgeMs;
  const fresh = await Promise.all(
    usable.map(async (server) => {
      if (server.toolsAt !== null && server.toolsAt.getTime() > oldest) return server;
      return refreshTools(server, server.kind === "stdio" ? await input.sandbox() : null);
    }),
  );
  const seen = new Set<string>();
  return fresh.filter((server) => !seen.has(server.name) && seen.add(server.name)).flatMap(toolsOf);
}

function toolsOf(server: McpServerRow): ConnectedTool[] {
  return server.tools
    .filter((tool) => !server.disabledTools.includes(tool.name))
    .map((tool) => ({ ...tool, server: server.name, call: (input, context) => callTool(server, tool.name, input, context) }));
}

async function callTool(
  server: McpServerRow,
  name: string,
  input: Record<string, unknown>,
  { sandbox, callId, access, signal }: McpCallContext,
): Promise<McpAnswer> {
  try {
    const result =
      server.kind === "http"
        ? await callHttpTool(server, { name, input, signal })
        : await askInSandbox(server, { sandbox, callId, method: "tools/call", params: { name, arguments: input }, access, signal });
    return readToolContent(result);
  } catch (error) {
    if (signal?.aborted) return { text: "The call was interrupted by the user.", isError: true };
    const { message, reason } = mcpErrorOf(error, server.name);
    await noteFault(server, reason, message);
    return { text: message, isError: true };
  }
}

/** A refusal shows on the settings page; a tool that is not known there any more means that the list is old. */
async function noteFault(server: McpServerRow, reason: McpError["reason"], message: string): Promise<void> {
  const change =
    reason === "sign-in" ? ({ status: "sign-in", lastError: message } as const) : reason === "outdated" ? { toolsAt: null } : null;
  const key = { workspaceId: server.workspaceId, serverId: server.id, configHash: server.configHash };
  if (change) await withTenant(server.workspaceId, (tx) => updateServer(tx, key, change));
}

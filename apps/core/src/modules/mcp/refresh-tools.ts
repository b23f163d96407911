import { z } from "zod";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { OpenSandbox } from "../sandbox/contract.ts";
import { listHttpTools } from "./http-server.ts";
import { McpError } from "./mcp-error.ts";
import { readTools } from "./read-tools.ts";
import { type McpServerRow, updateServer } from "./repo.ts";
import { askInSandbox } from "./sandbox-server.ts";

const listSchema = z.object({ tools: z.array(z.looseObject({})) });

async function offered(server: McpServerRow, sandbox: OpenSandbox | null) {
  if (server.kind === "http") return listHttpTools(server);
  if (!sandbox) throw new McpError("failed", `${server.name} runs inside a sandbox: its tools are listed when a session uses it.`);
  const callId = `mcp-list-${server.id}-${systemClock.now().getTime()}`;
  return listSchema.parse(await askInSandbox(server, { sandbox, callId, method: "tools/list", params: {} })).tools;
}

/** Asks a server for its tools and keeps them; a failure is kept too, with the tools that were known before. Never throws for the server. */
export async function refreshTools(server: McpServerRow, sandbox: OpenSandbox | null): Promise<McpServerRow> {
  // What it said belongs to what it was when it was asked.
  const key = { workspaceId: server.workspaceId, serverId: server.id, configHash: server.configHash };
  const toolsAt = systemClock.now();
  try {
    const change = { tools: readTools(await offered(server, sandbox)), toolsAt, status: "ready", lastError: null } as const;
    await withTenant(server.workspaceId, (tx) => updateServer(tx, key, change));
    return { ...server, ...change };
  } catch (error) {
    if (!(error instanceof McpError) && !(error instanceof z.ZodError)) throw error;
    const isSignIn = error instanceof McpError && error.reason === "sign-in";
    const message = error instanceof McpError ? error.message : `${server.name} answered something that is no list of tools.`;
    // Not asked again at each step: the failure is as old as a list would be.
    const change = { status: isSignIn ? ("sign-in" as const) : ("failed" as const), lastError: message, toolsAt };
    await withTenant(server.workspaceId, (tx) => updateServer(tx, key, change));
    return { ...server, ...change };
  }
}

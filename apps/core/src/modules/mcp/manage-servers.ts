import { withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { seal } from "../../platform/secrets.ts";
import { recordAudit } from "../tenancy/index.ts";
import { configHashOf } from "./config-hash.ts";
import type { AddMcpServerInput, McpServerView } from "./contract.ts";
import { refreshTools } from "./refresh-tools.ts";
import { approveConfig, deleteServer, findServer, findServers, insertServer, type McpServerRow, updateServer } from "./repo.ts";
import { toServerView } from "./server-view.ts";

interface ByUser {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
}
type OneServer = ByUser & { readonly serverId: string };

const audit = ({ workspaceId, actorId }: ByUser, action: string, subjectId: string, data: Record<string, string | boolean>) =>
  ({ workspaceId, actorKind: "user", actorId, action, subjectId, data }) as const;

export async function listServers(workspaceId: WorkspaceId): Promise<McpServerView[]> {
  return (await withTenant(workspaceId, (tx) => findServers(tx, workspaceId))).map(toServerView);
}

/** Adds one of the workspace's own servers and asks an HTTP one for its tools at once. Throws CONFLICT for a taken name. */
export async function addServer(input: ByUser & { readonly server: AddMcpServerInput }): Promise<McpServerView> {
  const { workspaceId, actorId, server } = input;
  const { target } = server;
  const id = newId("mcpServer");
  const hasHeaders = target.kind === "http" && Object.keys(target.headers).length > 0;
  const row = await withTenant(workspaceId, async (tx) => {
    if ((await findServers(tx, workspaceId)).length >= limits.mcp.maxServersPerWorkspace) {
      throw new AppError("CONFLICT", `A workspace has ${limits.mcp.maxServersPerWorkspace} servers at most. Remove one first.`);
    }
    const inserted = await insertServer(tx, {
      ...{ id, workspaceId, repositoryId: "", name: server.name, kind: target.kind },
      url: target.kind === "http" ? target.url : null,
      command: target.kind === "stdio" ? target.command : [],
      environment: target.kind === "stdio" ? target.environment : {},
      sealedHeaders: hasHeaders ? seal(JSON.stringify(target.headers), id) : null,
      configHash: configHashOf(target),
      approvedById: actorId,
      createdById: actorId,
    });
    if (!inserted) throw new AppError("CONFLICT", `There is a server "${server.name}" already. Choose another name.`);
    await recordAudit(tx, audit(input, "mcp.add", id, { name: server.name, kind: target.kind }));
    return inserted;
  });
  return toServerView(row.kind === "http" ? await refreshTools(row, null) : row);
}

async function requireServer({ workspaceId, serverId }: { workspaceId: WorkspaceId; serverId: string }): Promise<McpServerRow> {
  const row = await withTenant(workspaceId, (tx) => findServer(tx, { workspaceId, serverId }));
  if (!row) throw notFound("The server");
  return row;
}

/** What a tool takes, as a model is told: its schema, for people to read. NOT_FOUND for a foreign server or no such tool. */
export async function readToolInput({ tool, ...key }: { workspaceId: WorkspaceId; serverId: string; tool: string }): Promise<string> {
  const found = (await requireServer(key)).tools.find(({ name }) => name === tool);
  if (!found) throw notFound("The tool");
  return JSON.stringify(found.inputSchema, null, 2);
}

/** Asks a server for its tools now. */
export async function testServer(key: { workspaceId: WorkspaceId; serverId: string }): Promise<McpServerView> {
  const row = await requireServer(key);
  return toServerView(row.kind === "http" ? await refreshTools(row, null) : row);
}

/** Switches a server or single tools of it on and off. */
export async function changeServer(
  input: OneServer & { readonly enabled?: boolean | undefined; readonly disabledTools?: string[] | undefined },
): Promise<void> {
  const { enabled, disabledTools } = input;
  await withTenant(input.workspaceId, async (tx) => {
    const change = { ...(enabled === undefined ? {} : { enabled }), ...(disabledTools ? { disabledTools } : {}) };
    if (!(await updateServer(tx, input, change))) throw notFound("The server");
    await recordAudit(
      tx,
      audit(input, "mcp.change", input.serverId, {
        ...(enabled === undefined ? {} : { enabled }),
        disabledTools: (disabledTools ?? []).join(" "),
      }),
    );
  });
}

/** Lets the agent use a server that a repository names, as it is named now: a later change has to be approved again. */
export async function approveServer(input: OneServer & { readonly configHash: string }): Promise<McpServerView> {
  const { name } = await requireServer(input);
  await withTenant(input.workspaceId, async (tx) => {
    if (!(await approveConfig(tx, input, { configHash: input.configHash, by: input.actorId }))) {
      throw new AppError("CONFLICT", "The repository names another address or program by now. Look at it again before you approve it.");
    }
    await recordAudit(tx, audit(input, "mcp.approve", input.serverId, { name, configHash: input.configHash }));
  });
  // Looked up again: only what was approved may be called.
  const row = await requireServer(input);
  const isApproved = row.approvedById !== null && row.configHash === input.configHash;
  return toServerView(row.kind === "http" && isApproved ? await refreshTools(row, null) : row);
}

/** Forgets a server with its headers and tokens. */
export async function removeServer(input: OneServer): Promise<void> {
  await withTenant(input.workspaceId, async (tx) => {
    const name = await deleteServer(tx, input);
    if (name === null) throw notFound("The server");
    await recordAudit(tx, audit(input, "mcp.remove", input.serverId, { name }));
  });
}

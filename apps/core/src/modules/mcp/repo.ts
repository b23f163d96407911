import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import { idSchema, newId, type WorkspaceId } from "../../platform/ids.ts";
import { type McpTool, mcpStatuses, mcpToolSchema } from "./contract.ts";

const rowSchema = z.object({
  id: idSchema("mcpServer"),
  workspaceId: idSchema("workspace"),
  repositoryId: z.string(),
  name: z.string(),
  kind: z.enum(["http", "stdio"]),
  url: z.string().nullable(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  sealedHeaders: z.instanceof(Uint8Array).nullable(),
  sealedSignIn: z.instanceof(Uint8Array).nullable(),
  signInHash: z.string().nullable(),
  signInUserId: z.string().nullable(),
  signInUntil: z.date().nullable(),
  configHash: z.string(),
  enabled: z.boolean(),
  approvedById: z.string().nullable(),
  tools: z.array(mcpToolSchema),
  toolsAt: z.date().nullable(),
  disabledTools: z.array(z.string()),
  status: z.enum(mcpStatuses),
  lastError: z.string().nullable(),
});
export type McpServerRow = z.infer<typeof rowSchema>;

export interface McpServerKey {
  readonly workspaceId: WorkspaceId;
  readonly serverId: string;
}

const where = ({ workspaceId, serverId }: McpServerKey) => ({ id_workspaceId: { id: serverId, workspaceId } });

/** Every server of the workspace and of its repositories, by name. */
export async function findServers(tx: Tx, workspaceId: WorkspaceId): Promise<McpServerRow[]> {
  const rows = await tx.mcpServer.findMany({ where: { workspaceId }, orderBy: [{ repositoryId: "asc" }, { name: "asc" }] });
  return rows.map((row) => rowSchema.parse(row));
}

export async function findServer(tx: Tx, key: McpServerKey): Promise<McpServerRow | null> {
  const row = await tx.mcpServer.findUnique({ where: where(key) });
  return row && rowSchema.parse(row);
}

export interface NewMcpServer {
  readonly id: string;
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: string;
  readonly name: string;
  readonly kind: "http" | "stdio";
  readonly url: string | null;
  readonly command: string[];
  readonly environment: Record<string, string>;
  readonly sealedHeaders: Uint8Array<ArrayBuffer> | null;
  readonly configHash: string;
  readonly approvedById: string | null;
  readonly createdById: string | null;
}

/** Stores a server; null when the name is taken there. */
export async function insertServer(tx: Tx, data: NewMcpServer): Promise<McpServerRow | null> {
  const [row] = await tx.mcpServer.createManyAndReturn({ data: [data], skipDuplicates: true });
  return row ? rowSchema.parse(row) : null;
}

/** What a repository's configuration now says of a server: approved anew when it says something else. */
export async function replaceRepositoryServer(tx: Tx, data: Omit<NewMcpServer, "id" | "approvedById" | "createdById">): Promise<void> {
  const at = { workspaceId: data.workspaceId, repositoryId: data.repositoryId, name: data.name };
  const { count } = await tx.mcpServer.updateMany({
    where: { ...at, NOT: { configHash: data.configHash } },
    data: { ...data, approvedById: null, sealedSignIn: null, tools: [], toolsAt: null, status: "new", lastError: null },
  });
  if (count === 0) await tx.mcpServer.createMany({ data: [{ id: newId("mcpServer"), ...data }], skipDuplicates: true });
}

/** Forgets the servers that a repository's configuration names no more. */
export async function removeOtherRepositoryServers(
  tx: Tx,
  key: { workspaceId: WorkspaceId; repositoryId: string },
  names: readonly string[],
): Promise<void> {
  await tx.mcpServer.deleteMany({ where: { ...key, name: { notIn: [...names] } } });
}

export interface McpServerChange {
  readonly enabled?: boolean;
  readonly disabledTools?: string[];
  readonly tools?: McpTool[];
  readonly toolsAt?: Date;
  readonly status?: McpServerRow["status"];
  readonly lastError?: string | null;
  readonly sealedSignIn?: Uint8Array<ArrayBuffer> | null;
  readonly signInHash?: string | null;
  readonly signInUserId?: string | null;
  readonly signInUntil?: Date | null;
}

/** False when the server is gone. */
export async function updateServer(tx: Tx, { workspaceId, serverId }: McpServerKey, change: McpServerChange): Promise<boolean> {
  const data = { ...change, ...(change.tools ? { tools: JSON.parse(JSON.stringify(change.tools)) as object[] } : {}) };
  const { count } = await tx.mcpServer.updateMany({ where: { id: serverId, workspaceId }, data });
  return count > 0;
}

/** Approves a server as it was looked at; false when it says something else by now. */
export async function approveConfig(
  tx: Tx,
  { workspaceId, serverId }: McpServerKey,
  config: { configHash: string; by: string },
): Promise<boolean> {
  const where = { id: serverId, workspaceId, configHash: config.configHash };
  return (await tx.mcpServer.updateMany({ where, data: { approvedById: config.by } })).count > 0;
}

export async function deleteServer(tx: Tx, { workspaceId, serverId }: McpServerKey): Promise<string | null> {
  const row = await tx.mcpServer.findFirst({ where: { id: serverId, workspaceId }, select: { name: true } });
  if (!row) return null;
  await tx.mcpServer.deleteMany({ where: { id: serverId, workspaceId } });
  return row.name;
}

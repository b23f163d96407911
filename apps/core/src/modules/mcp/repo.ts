import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import { idSchema, newId, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
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
  signInVersion: z.number().int(),
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
    data: {
      ...{ ...data, approvedById: null, tools: [], toolsAt: null, status: "new", lastError: null },
      // A sign-in was one at the address of before.
      ...{ sealedSignIn: null, signInHash: null, signInVersion: { increment: 1 }, renewingUntil: null },
    },
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
  readonly toolsAt?: Date | null;
  readonly status?: McpServerRow["status"];
  readonly lastError?: string | null;
  readonly signInHash?: string | null;
  readonly signInUserId?: string | null;
  readonly signInUntil?: Date | null;
}

/** False when the server is gone, or is another one than `configHash` speaks of. */
export async function updateServer(
  tx: Tx,
  { workspaceId, serverId, configHash }: McpServerKey & { readonly configHash?: string },
  change: McpServerChange,
): Promise<boolean> {
  const data = { ...change, ...(change.tools ? { tools: JSON.parse(JSON.stringify(change.tools)) as object[] } : {}) };
  const where = { id: serverId, workspaceId, ...(configHash === undefined ? {} : { configHash }) };
  const { count } = await tx.mcpServer.updateMany({ where, data });
  return count > 0;
}

/** Ends the sign-in that `hash` began; false when it is none, or has ended before. */
export async function takeSignIn(tx: Tx, { workspaceId, serverId }: McpServerKey, hash: string): Promise<boolean> {
  const data = { signInHash: null, signInUserId: null, signInUntil: null };
  return (await tx.mcpServer.updateMany({ where: { id: serverId, workspaceId, signInHash: hash }, data })).count > 0;
}

/** Replaces what is stored of a sign-in if it still is in that version, and the server the one that `configHash` speaks of. */
export async function replaceSignIn(
  tx: Tx,
  { workspaceId, serverId, configHash }: McpServerKey & { readonly configHash: string },
  { version, sealed }: { readonly version: number; readonly sealed: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  const where = { id: serverId, workspaceId, configHash, signInVersion: version };
  return (await tx.mcpServer.updateMany({ where, data: { sealedSignIn: sealed, signInVersion: { increment: 1 } } })).count > 0;
}

/** Until when the caller alone may renew the tokens; null while somebody else does. */
export async function claimRenewal(
  tx: Tx,
  { workspaceId, serverId, configHash }: McpServerKey & { readonly configHash: string },
  now: Date,
): Promise<Date | null> {
  const until = new Date(now.getTime() + limits.mcp.renewalMaxMs);
  const isFree = [{ renewingUntil: null }, { renewingUntil: { lt: now } }];
  const { count } = await tx.mcpServer.updateMany({
    where: { id: serverId, workspaceId, configHash, OR: isFree },
    data: { renewingUntil: until },
  });
  return count > 0 ? until : null;
}

export async function releaseRenewal(tx: Tx, { workspaceId, serverId }: McpServerKey, until: Date): Promise<void> {
  await tx.mcpServer.updateMany({ where: { id: serverId, workspaceId, renewingUntil: until }, data: { renewingUntil: null } });
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

import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";

export async function insertApiKey(
  tx: Tx,
  row: {
    workspaceId: WorkspaceId;
    name: string;
    prefix: string;
    keyHash: string;
    scopes: string[];
    createdById: UserId;
    expiresAt: Date | null;
  },
) {
  return tx.apiKey.create({ data: { id: newId("apiKey"), ...row } });
}

export async function listApiKeyRows(tx: Tx, workspaceId: WorkspaceId) {
  return tx.apiKey.findMany({ where: { workspaceId }, orderBy: { createdAt: "desc" } });
}

export async function countUsableApiKeys(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  return tx.apiKey.count({ where: { workspaceId, revokedAt: null } });
}

/** Compare-and-set: the key as revoked, or null when there is none that was not. */
export async function revokeApiKeyRow(tx: Tx, workspaceId: WorkspaceId, apiKeyId: string, now: Date) {
  const [row] = await tx.apiKey.updateManyAndReturn({ where: { workspaceId, id: apiKeyId, revokedAt: null }, data: { revokedAt: now } });
  return row ?? null;
}

export async function findApiKeyByHash(tx: Tx, keyHash: string) {
  return tx.apiKey.findUnique({ where: { keyHash }, include: { workspace: { select: { slug: true } } } });
}

export async function markApiKeyUsed(tx: Tx, key: { id: string; workspaceId: string }, now: Date): Promise<void> {
  await tx.apiKey.updateMany({ where: key, data: { lastUsedAt: now } });
}

export async function findApiKeyNames(tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, string>> {
  const keys = await tx.apiKey.findMany({ where: { workspaceId, id: { in: [...ids] } }, select: { id: true, name: true } });
  return new Map(keys.map((key) => [key.id, key.name]));
}

import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";

const expiry = (now: Date) => new Date(now.getTime() + limits.model.ticketMs);

/** A new place at the end of the workspace's queue. */
export async function insertTicket(tx: Tx, workspaceId: WorkspaceId, id: string, now: Date): Promise<void> {
  await tx.modelCallTicket.create({ data: { id, workspaceId, expiresAt: expiry(now) } });
}

/**
 * Renews a ticket and grants it when it is its turn: fewer than `most` calls are under way, and nobody who still waits
 * came before. Tickets that were not renewed count for nothing and are swept. False means: wait.
 */
export async function tryGrant(tx: Tx, workspaceId: WorkspaceId, id: string, most: number, now: Date): Promise<boolean> {
  // One at a time in a workspace: two that counted at once would both see the last free place.
  await tx.$executeRaw`SELECT 1 FROM "Workspace" WHERE id = ${workspaceId} FOR NO KEY UPDATE`;
  await tx.modelCallTicket.deleteMany({ where: { workspaceId, expiresAt: { lt: now }, id: { not: id } } });
  const granted = await tx.modelCallTicket.count({ where: { workspaceId, grantedAt: { not: null } } });
  const before = await tx.modelCallTicket.count({ where: { workspaceId, grantedAt: null, id: { lt: id } } });
  const isTurn = granted + before < most;
  await tx.modelCallTicket.upsert({
    where: { id_workspaceId: { id, workspaceId } },
    create: { id, workspaceId, expiresAt: expiry(now), grantedAt: isTurn ? now : null },
    update: { expiresAt: expiry(now), ...(isTurn ? { grantedAt: now } : {}) },
  });
  return isTurn;
}

export async function renewTicket(tx: Tx, workspaceId: WorkspaceId, id: string, now: Date): Promise<void> {
  await tx.modelCallTicket.updateMany({ where: { id, workspaceId }, data: { expiresAt: expiry(now) } });
}

export async function deleteTicket(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<void> {
  await tx.modelCallTicket.deleteMany({ where: { id, workspaceId } });
}

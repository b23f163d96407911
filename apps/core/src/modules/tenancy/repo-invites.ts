import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import type { Role } from "./contract.ts";

export async function insertInvite(
  tx: Tx,
  row: { workspaceId: WorkspaceId; email: string; role: Role; tokenHash: string; invitedById: UserId; expiresAt: Date },
) {
  return tx.invite.create({ data: { id: newId("invite"), ...row } });
}

function open(workspaceId: WorkspaceId, now: Date) {
  return { workspaceId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } };
}

export async function listOpenInvites(tx: Tx, workspaceId: WorkspaceId, now: Date) {
  return tx.invite.findMany({ where: open(workspaceId, now), orderBy: { createdAt: "desc" } });
}

/** Withdraws what is still open for this address; answers how many there were. */
export async function revokeInvitesTo(tx: Tx, workspaceId: WorkspaceId, email: string, now: Date): Promise<number> {
  return (await tx.invite.updateMany({ where: { ...open(workspaceId, now), email }, data: { revokedAt: now } })).count;
}

/** Compare-and-set: the invitation as withdrawn, or null when it was not open. */
export async function revokeInviteRow(tx: Tx, workspaceId: WorkspaceId, inviteId: string, now: Date) {
  const [row] = await tx.invite.updateManyAndReturn({
    where: { workspaceId, id: inviteId, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now },
  });
  return row ?? null;
}

export async function findInviteByToken(tx: Tx, tokenHash: string) {
  return tx.invite.findUnique({ where: { tokenHash }, include: { workspace: true } });
}

/** Compare-and-set: true for the one caller who took the invitation while it was open. */
export async function claimInvite(tx: Tx, workspaceId: WorkspaceId, inviteId: string, now: Date): Promise<boolean> {
  const { count } = await tx.invite.updateMany({ where: { ...open(workspaceId, now), id: inviteId }, data: { acceptedAt: now } });
  return count === 1;
}

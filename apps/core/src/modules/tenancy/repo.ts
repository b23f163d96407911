import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import type { Role } from "./contract.ts";
import type { AuditRecord } from "./record-audit.ts";

export async function insertAuditEntry(tx: Tx, record: AuditRecord): Promise<void> {
  await tx.auditEntry.create({
    data: {
      id: newId("audit"),
      workspaceId: record.workspaceId,
      actorKind: record.actorKind,
      actorId: record.actorId,
      action: record.action,
      subjectId: record.subjectId ?? null,
      data: { ...record.data },
    },
  });
}

export async function listAuditEntries(tx: Tx, workspaceId: WorkspaceId, before: string | null, take: number) {
  return tx.auditEntry.findMany({
    where: { workspaceId, ...(before === null ? {} : { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take,
  });
}

/**
 * Takes the workspace's row for this transaction: whoever counts owners does so alone. (A row lock, not an
 * advisory one: those exclude nobody on the embedded database.)
 */
export async function lockWorkspace(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
}

export async function insertWorkspace(tx: Tx, row: { id: WorkspaceId; slug: string; name: string; isDemo: boolean }) {
  return tx.workspace.create({ data: row });
}

export async function slugIsTaken(tx: Tx, slug: string): Promise<boolean> {
  return (await tx.workspace.count({ where: { slug } })) > 0;
}

export async function findWorkspace(tx: Tx, workspaceId: WorkspaceId) {
  return tx.workspace.findUnique({ where: { id: workspaceId } });
}

export async function updateWorkspaceName(tx: Tx, workspaceId: WorkspaceId, name: string) {
  return tx.workspace.update({ where: { id: workspaceId }, data: { name } });
}

export async function listMembershipsOf(tx: Tx, userId: UserId) {
  return tx.member.findMany({ where: { userId }, include: { workspace: true }, orderBy: { createdAt: "asc" } });
}

export async function findMembershipInSlug(tx: Tx, userId: UserId, slug: string) {
  return tx.member.findFirst({ where: { userId, workspace: { slug } }, include: { workspace: { select: { slug: true } } } });
}

export async function insertMember(tx: Tx, row: { workspaceId: WorkspaceId; userId: UserId; role: Role }) {
  return tx.member.create({ data: { id: newId("member"), ...row } });
}

export async function listMembers(tx: Tx, workspaceId: WorkspaceId) {
  return tx.member.findMany({
    where: { workspaceId },
    include: { user: { select: { id: true, name: true, email: true } } },
    orderBy: { createdAt: "asc" },
  });
}

export async function findMember(tx: Tx, workspaceId: WorkspaceId, memberId: string) {
  return tx.member.findFirst({ where: { workspaceId, id: memberId } });
}

export async function findMemberByUser(tx: Tx, workspaceId: WorkspaceId, userId: string) {
  return tx.member.findFirst({ where: { workspaceId, userId } });
}

export async function findMemberByEmail(tx: Tx, workspaceId: WorkspaceId, email: string) {
  return tx.member.findFirst({ where: { workspaceId, user: { email } } });
}

export async function countOwners(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  return tx.member.count({ where: { workspaceId, role: "owner" } });
}

export async function updateMemberRole(tx: Tx, workspaceId: WorkspaceId, memberId: string, role: Role): Promise<void> {
  await tx.member.updateMany({ where: { workspaceId, id: memberId }, data: { role } });
}

export async function deleteMember(tx: Tx, workspaceId: WorkspaceId, memberId: string): Promise<void> {
  await tx.member.deleteMany({ where: { workspaceId, id: memberId } });
}

export async function findUserNames(tx: Tx, userIds: readonly string[]): Promise<Map<string, string>> {
  const users = await tx.user.findMany({ where: { id: { in: [...userIds] } }, select: { id: true, name: true, email: true } });
  return new Map(users.map((user) => [user.id, user.name ?? user.email]));
}

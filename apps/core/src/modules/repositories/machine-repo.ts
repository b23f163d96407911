import type { Tx } from "../../platform/database/database.ts";
import { idSchema, type RepositoryId, type SessionId, type WorkspaceId } from "../../platform/ids.ts";
import { type RepositoryKind, repositoryKindSchema } from "./contract.ts";
import type { RepositoryKey } from "./repo.ts";

/** Which machine's mirror was fetched last; for an uploaded archive: which machine has it. null: no such repository. */
export async function findRepositoryMachine(
  tx: Tx,
  { workspaceId, repositoryId }: RepositoryKey,
): Promise<{ machineId: string | null; kind: RepositoryKind } | null> {
  const row = await tx.repository.findFirst({ where: { id: repositoryId, workspaceId }, select: { machineId: true, kind: true } });
  return row && { ...row, kind: repositoryKindSchema.parse(row.kind) };
}

export async function setRepositoryMachine(tx: Tx, { workspaceId, repositoryId }: RepositoryKey, machineId: string): Promise<void> {
  await tx.repository.updateMany({ where: { id: repositoryId, workspaceId }, data: { machineId } });
}

/** Whose these repositories are, and whether they were removed, by id; one that is missing has no row (call it across tenants only). */
export async function findRepositoryStates(
  tx: Tx,
  ids: readonly RepositoryId[],
): Promise<Map<string, { readonly workspaceId: WorkspaceId; readonly isRemoved: boolean }>> {
  const rows = await tx.repository.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, workspaceId: true, removedAt: true },
  });
  const workspace = idSchema("workspace");
  return new Map(rows.map((row) => [row.id, { workspaceId: workspace.parse(row.workspaceId), isRemoved: row.removedAt !== null }]));
}

/** Which of these sessions are there and not archived (call it across tenants only). */
export async function findWorkingSessions(tx: Tx, ids: readonly SessionId[]): Promise<Set<string>> {
  const rows = await tx.session.findMany({ where: { id: { in: [...ids] }, archivedAt: null }, select: { id: true } });
  return new Set(rows.map((row) => row.id));
}

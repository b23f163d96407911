import type { Tx } from "../../platform/database/database.ts";
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

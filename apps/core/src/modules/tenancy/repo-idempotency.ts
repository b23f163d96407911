import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";

export interface IdempotencyKey {
  readonly workspaceId: WorkspaceId;
  readonly key: string;
}

/** True for the one request that holds the key from now on. */
export async function insertIdempotencyClaim(tx: Tx, row: IdempotencyKey & { requestHash: string; createdAt: Date }): Promise<boolean> {
  const { count } = await tx.idempotencyRecord.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function findIdempotencyRecord(tx: Tx, id: IdempotencyKey) {
  return tx.idempotencyRecord.findUnique({ where: { workspaceId_key: id } });
}

/** Compare-and-set: takes over a claim whose holder is thought dead. */
export async function renewIdempotencyClaim(tx: Tx, id: IdempotencyKey, since: Date, now: Date): Promise<boolean> {
  const { count } = await tx.idempotencyRecord.updateMany({ where: { ...id, status: null, createdAt: since }, data: { createdAt: now } });
  return count === 1;
}

export async function saveIdempotentAnswer(tx: Tx, id: IdempotencyKey, answer: { status: number; bodyJson: string }): Promise<void> {
  await tx.idempotencyRecord.updateMany({ where: id, data: { status: answer.status, body: answer.bodyJson } });
}

export async function deleteIdempotencyRecord(tx: Tx, id: IdempotencyKey): Promise<void> {
  await tx.idempotencyRecord.deleteMany({ where: id });
}

export async function deleteIdempotencyRecordsBefore(tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<void> {
  await tx.idempotencyRecord.deleteMany({ where: { workspaceId, createdAt: { lt: before } } });
}

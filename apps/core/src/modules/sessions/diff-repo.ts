import type { Prisma, Tx } from "../../platform/database/database.ts";
import { type Diff, diffSchema } from "../repositories/contract.ts";
import type { SessionKey } from "./event-log-repo.ts";

const where = (key: SessionKey) => ({ sessionId_workspaceId: { sessionId: key.sessionId, workspaceId: key.workspaceId } });

/** The newest diff with its gzipped patch; null before there is one. */
export async function findSessionDiff(tx: Tx, key: SessionKey): Promise<{ diff: Diff; patch: Uint8Array } | null> {
  const row = await tx.sessionDiff.findUnique({ where: where(key) });
  return row ? { diff: diffSchema.parse(row.files), patch: row.patch } : null;
}

/** Only which tree it shows: enough to know whether anything has changed. */
export async function findDiffTree(tx: Tx, key: SessionKey): Promise<string | null> {
  const row = await tx.sessionDiff.findUnique({ where: where(key), select: { treeId: true } });
  return row?.treeId ?? null;
}

export async function saveSessionDiff(tx: Tx, key: SessionKey, diff: Diff, patch: Uint8Array<ArrayBuffer>): Promise<void> {
  const data = { baseCommit: diff.baseCommit, treeId: diff.treeId, files: { ...diff } as unknown as Prisma.InputJsonObject, patch };
  await tx.sessionDiff.upsert({
    where: where(key),
    create: { sessionId: key.sessionId, workspaceId: key.workspaceId, ...data },
    update: data,
  });
}

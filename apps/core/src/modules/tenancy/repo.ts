import type { Tx } from "../../platform/database/database.ts";
import { newId } from "../../platform/ids.ts";
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

import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { insertAuditEntry } from "./repo.ts";

export interface AuditRecord {
  readonly workspaceId: WorkspaceId;
  readonly actorKind: "user" | "api_key" | "system";
  readonly actorId: string;
  /** `module.verb`, e.g. `members.remove` */
  readonly action: string;
  readonly subjectId?: string | null;
  /** what changed; never a secret */
  readonly data?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** Writes who did what, in the transaction of the change itself: there is never one without the other. */
export async function recordAudit(tx: Tx, record: AuditRecord): Promise<void> {
  await insertAuditEntry(tx, record);
}

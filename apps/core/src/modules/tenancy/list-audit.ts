import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type AuditItem, auditItemSchema } from "./contract.ts";
import { findUserNames, listAuditEntries } from "./repo.ts";
import { findApiKeyNames } from "./repo-api-keys.ts";

/** Who did what, the newest first, in pages; `cursor` is the last page's `nextCursor`. */
export async function listAudit(
  workspaceId: WorkspaceId,
  cursor: string | null,
): Promise<{ items: AuditItem[]; nextCursor: string | null }> {
  const size = limits.tenancy.auditPageSize;
  return withTenant(workspaceId, async (tx) => {
    const rows = await listAuditEntries(tx, workspaceId, cursor, size + 1);
    const page = rows.slice(0, size);
    const idsOf = (kind: string) => page.filter((row) => row.actorKind === kind).map((row) => row.actorId);
    const names = new Map([...(await findUserNames(tx, idsOf("user"))), ...(await findApiKeyNames(tx, workspaceId, idsOf("api_key")))]);
    return {
      items: page.map((row) => auditItemSchema.parse({ ...row, actorName: names.get(row.actorId) ?? null })),
      nextCursor: rows.length > size ? (page.at(-1)?.id ?? null) : null,
    };
  });
}

import { withTenant } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type MemberView, memberSchema } from "./contract.ts";
import { listMembers as listRows } from "./repo.ts";

export async function listMembers(workspaceId: WorkspaceId, you: UserId): Promise<MemberView[]> {
  const rows = await withTenant(workspaceId, (tx) => listRows(tx, workspaceId));
  return rows.map((row) => memberSchema.parse({ ...row, name: row.user.name, email: row.user.email, isYou: row.userId === you }));
}

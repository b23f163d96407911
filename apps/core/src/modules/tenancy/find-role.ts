import { withTenant } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type Role, roleSchema } from "./contract.ts";
import { findMemberByUser } from "./repo.ts";

/** The person's role in the workspace now; null: no member (any more). */
export async function findRole(workspaceId: WorkspaceId, userId: UserId): Promise<Role | null> {
  const member = await withTenant(workspaceId, (tx) => findMemberByUser(tx, workspaceId, userId));
  return member && roleSchema.parse(member.role);
}

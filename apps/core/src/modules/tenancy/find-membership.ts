import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type Role, roleSchema } from "./contract.ts";
import { findMembershipInSlug } from "./repo.ts";

/** A membership that was looked up for this very request. */
export interface WorkspaceScope {
  readonly workspaceId: WorkspaceId;
  readonly slug: string;
  readonly role: Role;
}

/** The person's membership of the workspace with this slug; null when there is none, or no such workspace. */
export async function findMembershipBySlug(userId: UserId, slug: string): Promise<WorkspaceScope | null> {
  const member = await dangerouslyAcrossTenants("a membership decides which tenant the request is scoped to", (tx) =>
    findMembershipInSlug(tx, userId, slug),
  );
  if (!member) return null;
  return { workspaceId: member.workspaceId as WorkspaceId, slug: member.workspace.slug, role: roleSchema.parse(member.role) };
}

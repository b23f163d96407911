import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { roleSchema } from "./contract.ts";
import type { WorkspaceScope } from "./procedures.ts";

export async function findMembershipBySlug(userId: UserId, slug: string): Promise<WorkspaceScope | null> {
  const member = await dangerouslyAcrossTenants("a membership decides which tenant the request is scoped to", (tx) =>
    tx.member.findFirst({ where: { userId, workspace: { slug } }, include: { workspace: { select: { slug: true } } } }),
  );
  if (!member) return null;
  return { workspaceId: member.workspaceId as WorkspaceId, slug: member.workspace.slug, role: roleSchema.parse(member.role) };
}

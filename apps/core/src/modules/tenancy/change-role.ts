import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type Role, roleSchema } from "./contract.ts";
import { lockForActor } from "./lock-for-actor.ts";
import { assertMayChangeRole } from "./policy.ts";
import { recordAudit } from "./record-audit.ts";
import { countOwners, findMember, updateMemberRole } from "./repo.ts";

/** Changes a member's role. FORBIDDEN where the actor's own role does not reach, CONFLICT for the last owner. */
export async function changeRole(input: { workspaceId: WorkspaceId; actorId: UserId; memberId: string; role: Role }): Promise<void> {
  const { workspaceId, actorId, memberId, role } = input;
  await withTenant(workspaceId, async (tx) => {
    const actor = await lockForActor(tx, workspaceId, actorId);
    const target = await findMember(tx, workspaceId, memberId);
    if (!target) throw notFound("This member");
    const targetRole = roleSchema.parse(target.role);
    assertMayChangeRole({ actorRole: actor.role, targetRole, newRole: role, ownerCount: await countOwners(tx, workspaceId) });
    if (targetRole === role) return;
    await updateMemberRole(tx, workspaceId, memberId, role);
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "members.changeRole",
      subjectId: memberId,
      data: { userId: target.userId, from: targetRole, to: role },
    });
  });
}

import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { roleSchema } from "./contract.ts";
import { lockForActor } from "./lock-for-actor.ts";
import { assertMayRemove } from "./policy.ts";
import { recordAudit } from "./record-audit.ts";
import { countOwners, deleteMember, findMember } from "./repo.ts";

/**
 * Takes a member out; from then on each of their requests is told that there is no such workspace.
 * `memberId` null: the actor leaves. FORBIDDEN for an owner removed by an admin, CONFLICT for the last owner.
 */
export async function removeMember(input: { workspaceId: WorkspaceId; actorId: UserId; memberId: string | null }): Promise<void> {
  const { workspaceId, actorId } = input;
  await withTenant(workspaceId, async (tx) => {
    const actor = await lockForActor(tx, workspaceId, actorId);
    const target = await findMember(tx, workspaceId, input.memberId ?? actor.memberId);
    if (!target) throw notFound("This member");
    const targetRole = roleSchema.parse(target.role);
    assertMayRemove({ actorRole: actor.role, targetRole, ownerCount: await countOwners(tx, workspaceId) });
    await deleteMember(tx, workspaceId, target.id);
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: target.userId === actorId ? "members.leave" : "members.remove",
      subjectId: target.id,
      data: { userId: target.userId, role: targetRole },
    });
  });
}

import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { UserId } from "../../platform/ids.ts";
import { roleSchema, type WorkspaceView, workspaceSchema } from "./contract.ts";
import { findOpenInvite } from "./find-open-invite.ts";
import { recordAudit } from "./record-audit.ts";
import { findMemberByUser, insertMember, lockWorkspace } from "./repo.ts";
import { claimInvite } from "./repo-invites.ts";

/**
 * Makes the person a member, once for each invitation. FORBIDDEN when it was sent to another address, CONFLICT when it
 * was used, withdrawn or is too old. Somebody who is a member already keeps the role that they have.
 */
export async function acceptInvite(token: string, user: { id: UserId; email: string }): Promise<WorkspaceView> {
  const invite = await findOpenInvite(token);
  if (invite.email !== user.email.toLowerCase()) {
    throw new AppError(
      "FORBIDDEN",
      `This invitation was sent to ${invite.email}, and you are signed in as ${user.email}. Sign in with that address.`,
    );
  }
  const { workspaceId } = invite;
  return withTenant(workspaceId, async (tx) => {
    await lockWorkspace(tx, workspaceId);
    if (!(await claimInvite(tx, workspaceId, invite.id, systemClock.now()))) {
      throw new AppError("CONFLICT", "This invitation was used or withdrawn a moment ago. Look into your list of workspaces.");
    }
    const existing = await findMemberByUser(tx, workspaceId, user.id);
    const member = existing ?? (await insertMember(tx, { workspaceId, userId: user.id, role: invite.role }));
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId: user.id,
      action: "invites.accept",
      subjectId: invite.id,
      data: { memberId: member.id, role: member.role },
    });
    return workspaceSchema.parse({
      id: workspaceId,
      slug: invite.workspaceSlug,
      name: invite.workspaceName,
      isDemo: invite.workspaceIsDemo,
      role: roleSchema.parse(member.role),
    });
  });
}

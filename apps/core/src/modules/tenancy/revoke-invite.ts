import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { recordAudit } from "./record-audit.ts";
import { revokeInviteRow } from "./repo-invites.ts";

/** Withdraws an invitation; its link is dead at once. NOT_FOUND when it is not open any more. */
export async function revokeInvite(workspaceId: WorkspaceId, actorId: UserId, inviteId: string): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    const row = await revokeInviteRow(tx, workspaceId, inviteId, systemClock.now());
    if (!row) throw notFound("This invitation");
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "invites.revoke",
      subjectId: inviteId,
      data: { email: row.email, role: row.role },
    });
  });
}

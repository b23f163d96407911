import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type InviteView, inviteSchema } from "./contract.ts";
import { findUserNames } from "./repo.ts";
import { listOpenInvites } from "./repo-invites.ts";

/** The invitations that can still be accepted, the newest first. */
export async function listInvites(workspaceId: WorkspaceId): Promise<InviteView[]> {
  return withTenant(workspaceId, async (tx) => {
    const rows = await listOpenInvites(tx, workspaceId, systemClock.now());
    const names = await findUserNames(
      tx,
      rows.map((row) => row.invitedById),
    );
    return rows.map((row) => inviteSchema.parse({ ...row, invitedByName: names.get(row.invitedById) ?? null }));
  });
}

import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { hashToken } from "../../platform/secrets.ts";
import { type InvitePreview, type Role, roleSchema } from "./contract.ts";
import { findUserNames } from "./repo.ts";
import { findInviteByToken } from "./repo-invites.ts";

export interface OpenInvite extends InvitePreview {
  readonly id: string;
  readonly workspaceId: WorkspaceId;
  readonly workspaceSlug: string;
  readonly workspaceIsDemo: boolean;
  readonly role: Role;
}

/** The invitation behind a link's token. NOT_FOUND, or CONFLICT that says why it can't be used any more. */
export async function findOpenInvite(token: string): Promise<OpenInvite> {
  const found = await dangerouslyAcrossTenants("an invitation is opened by somebody who is in no workspace yet", async (tx) => {
    const row = await findInviteByToken(tx, hashToken(token));
    if (!row) return null;
    return { row, invitedByName: (await findUserNames(tx, [row.invitedById])).get(row.invitedById) ?? null };
  });
  if (!found) throw notFound("This invitation");
  const { row, invitedByName } = found;
  const ask = "Ask for a new one.";
  if (row.revokedAt) throw new AppError("CONFLICT", `This invitation was withdrawn. ${ask}`);
  if (row.acceptedAt) throw new AppError("CONFLICT", "This invitation was used already. If it was you, the workspace is in your list.");
  if (row.expiresAt <= systemClock.now()) throw new AppError("CONFLICT", `This invitation has expired. ${ask}`);
  return {
    id: row.id,
    workspaceId: row.workspaceId as WorkspaceId,
    workspaceSlug: row.workspace.slug,
    workspaceName: row.workspace.name,
    workspaceIsDemo: row.workspace.isDemo,
    email: row.email,
    role: roleSchema.parse(row.role),
    invitedByName,
  };
}

/** What an invitation's page shows before it is accepted. */
export async function previewInvite(token: string): Promise<InvitePreview> {
  const { workspaceName, email, role, invitedByName } = await findOpenInvite(token);
  return { workspaceName, email, role, invitedByName };
}

import { randomBytes } from "node:crypto";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { sendMail } from "../../platform/mail/send-mail.ts";
import { hashToken } from "../../platform/secrets.ts";
import type { Role } from "./contract.ts";
import { lockForActor } from "./lock-for-actor.ts";
import { assertMayGrant } from "./policy.ts";
import { recordAudit } from "./record-audit.ts";
import { findMemberByEmail, findUserNames, findWorkspace } from "./repo.ts";
import { insertInvite, listOpenInvites, revokeInvitesTo } from "./repo-invites.ts";

export interface CreatedInvite {
  readonly id: string;
  /** shown once: it holds the token, of which only the hash is kept */
  readonly inviteUrl: string;
  /** false when the mail could not be sent; the link works all the same */
  readonly mailed: boolean;
}

/**
 * Invites an address and mails the link. An open invitation to the same address is withdrawn: the newest one counts.
 * FORBIDDEN for a role that the actor can't grant, CONFLICT for somebody who is a member already.
 */
export async function createInvite(input: {
  workspaceId: WorkspaceId;
  actor: { id: UserId; name: string | null; email: string };
  email: string;
  role: Role;
}): Promise<CreatedInvite> {
  const { workspaceId, actor, email, role } = input;
  const token = randomBytes(32).toString("base64url");
  const now = systemClock.now();
  const expiresAt = new Date(now.getTime() + limits.invite.validMs);

  const created = await withTenant(workspaceId, async (tx) => {
    assertMayGrant((await lockForActor(tx, workspaceId, actor.id)).role, role);
    const workspace = await findWorkspace(tx, workspaceId);
    if (!workspace) throw notFound("This workspace");
    if (await findMemberByEmail(tx, workspaceId, email)) throw new AppError("CONFLICT", `${email} is a member of this workspace already.`);
    await revokeInvitesTo(tx, workspaceId, email, now);
    if ((await listOpenInvites(tx, workspaceId, now)).length >= limits.invite.maxOpenPerWorkspace) {
      throw new AppError(
        "CONFLICT",
        `${limits.invite.maxOpenPerWorkspace} invitations are open, the most there can be. Withdraw some first.`,
      );
    }
    const row = await insertInvite(tx, { workspaceId, email, role, tokenHash: hashToken(token), invitedById: actor.id, expiresAt });
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId: actor.id,
      action: "invites.create",
      subjectId: row.id,
      data: { email, role },
    });
    const invitedByName = (await findUserNames(tx, [actor.id])).get(actor.id) ?? actor.email;
    return { id: row.id, workspaceName: workspace.name, invitedByName };
  });

  const inviteUrl = new URL(`/invite/${token}`, env().PUBLIC_URL).href;
  const mailed = await mailInvite({ ...created, email, role, inviteUrl, expiresAt });
  return { id: created.id, inviteUrl, mailed };
}

async function mailInvite(invite: {
  email: string;
  role: Role;
  inviteUrl: string;
  expiresAt: Date;
  workspaceName: string;
  invitedByName: string;
}): Promise<boolean> {
  try {
    const { renderInviteEmail } = await import("@opencode/emails/invite-email.tsx");
    await sendMail({ to: invite.email, ...(await renderInviteEmail(invite)) });
    return true;
  } catch (error) {
    logger.warn({ err: error }, "an invitation was made but its mail could not be sent");
    return false;
  }
}

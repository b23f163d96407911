import { billingRouter, findSpender, type Spender } from "@opencode/core/modules/billing/index.ts";
import { createCallerFactory } from "@opencode/core/modules/tenancy/index.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type SessionId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";

const callerOf = (userId: UserId, slug: string) =>
  createCallerFactory(billingRouter)({
    user: { id: userId, email: "o@example.com", name: "Olga Owner" },
    unverifiedWorkspaceSlug: slug,
    requestId: "req_test",
  } as never);

export interface BillingWorkspace {
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly memberId: UserId;
  readonly slug: string;
  /** the member's session, a sub-agent's under it, and a session of the owner */
  readonly sessionId: SessionId;
  readonly childSessionId: SessionId;
  readonly otherSessionId: SessionId;
  readonly caller: ReturnType<typeof callerOf>;
}

/** A workspace with an owner, an admin and a member, and their sessions. */
export async function billingWorkspace(): Promise<BillingWorkspace> {
  const [workspaceId, ownerId, adminId, memberId] = [newId("workspace"), newId("user"), newId("user"), newId("user")];
  const [sessionId, childSessionId, otherSessionId] = [newId("session"), newId("session"), newId("session")];
  const slug = `b-${workspaceId.slice(-12)}`;
  await dangerouslyAcrossTenants("a test makes a workspace", async (tx) => {
    await tx.workspace.create({ data: { id: workspaceId, slug, name: "W" } });
    const people = [
      { id: ownerId, name: "Olga Owner", role: "owner" },
      { id: adminId, name: "Adam Admin", role: "admin" },
      { id: memberId, name: "Mia Member", role: "member" },
    ];
    for (const { id, name, role } of people) {
      await tx.user.create({ data: { id, name, email: `${id}@example.com` } });
      await tx.member.create({ data: { id: newId("member"), workspaceId, userId: id, role } });
    }
    const repositoryId = newId("repository");
    await tx.repository.create({
      data: { id: repositoryId, workspaceId, name: "r", kind: "local", location: "/nowhere", state: "ready", createdById: ownerId },
    });
    const session = { workspaceId, repositoryId, title: "T", origin: "browser", actorKind: "user", model: "anthropic/m" };
    await tx.session.create({ data: { ...session, id: sessionId, actorId: memberId } });
    await tx.session.create({
      data: {
        ...session,
        id: childSessionId,
        actorId: "system",
        actorKind: "system",
        parentSessionId: sessionId,
        rootSessionId: sessionId,
        depth: 1,
      },
    });
    await tx.session.create({ data: { ...session, id: otherSessionId, actorId: ownerId } });
  });
  return { workspaceId, ownerId, memberId, slug, sessionId, childSessionId, otherSessionId, caller: callerOf(ownerId, slug) };
}

export async function spenderOf(workspaceId: WorkspaceId, sessionId: SessionId): Promise<Spender> {
  const spender = await withTenant(workspaceId, (tx) => findSpender(tx, workspaceId, sessionId));
  if (!spender) throw new Error("no such session");
  return spender;
}

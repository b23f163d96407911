import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId, type SessionId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";

/** A workspace with a session, as far as a sandbox needs them. */
export async function makeSession(existing?: WorkspaceId): Promise<{ workspaceId: WorkspaceId; sessionId: SessionId }> {
  const [workspaceId, sessionId, repositoryId] = [existing ?? newId("workspace"), newId("session"), newId("repository")];
  await dangerouslyAcrossTenants("the test makes its own tenants", async (tx) => {
    if (!existing) await tx.workspace.create({ data: { id: workspaceId, slug: workspaceId.replace("_", "-"), name: "Test" } });
    await tx.repository.create({ data: { id: repositoryId, workspaceId, name: "r", kind: "sample", createdById: newId("user") } });
    await tx.session.create({
      data: { id: sessionId, workspaceId, repositoryId, title: "t", origin: "api", actorKind: "system", actorId: "test", model: "demo" },
    });
  });
  return { workspaceId, sessionId };
}

/** Somebody who belongs to the workspace. */
export async function makeMember(workspaceId: WorkspaceId, userId: UserId = newId("user")): Promise<UserId> {
  await dangerouslyAcrossTenants("the test makes a member", async (tx) => {
    await tx.user.create({ data: { id: userId, email: `${userId}@example.test`, name: "Member" } });
    await tx.member.create({ data: { id: newId("member"), workspaceId, userId, role: "member" } });
  });
  return userId;
}

import type { RepositoryId, UserId, WorkspaceId } from "@opencode/core/platform/ids.ts";

/** A workspace with one owner and, when asked for, the sample repository. Import after the environment stands. */
export async function seedWorkspace(name: string): Promise<{ workspaceId: WorkspaceId; userId: UserId }> {
  const { dangerouslyAcrossTenants } = await import("@opencode/core/platform/database/database.ts");
  const { newId } = await import("@opencode/core/platform/ids.ts");
  const [workspaceId, userId] = [newId("workspace"), newId("user")];
  await dangerouslyAcrossTenants("a test makes its workspace", async (tx) => {
    await tx.user.create({ data: { id: userId, email: `${userId}@example.com`, name } });
    await tx.workspace.create({ data: { id: workspaceId, slug: `w-${workspaceId.slice(-12)}`, name } });
    await tx.member.create({ data: { id: newId("member"), workspaceId, userId, role: "owner" } });
  });
  return { workspaceId, userId };
}

/** The sample repository, connected and mirrored here and now. */
export async function seedSample(key: { workspaceId: WorkspaceId; userId: UserId }): Promise<RepositoryId> {
  const { ensureSampleRepository, mirrorRepository } = await import("@opencode/core/modules/repositories/index.ts");
  const { id } = await ensureSampleRepository({ workspaceId: key.workspaceId, actorId: key.userId });
  await mirrorRepository({ workspaceId: key.workspaceId, repositoryId: id });
  return id;
}

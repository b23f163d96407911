import { ensureSampleRepository } from "@opencode/core/modules/repositories/index.ts";
import { createWorkspace, listWorkspaces, type WorkspaceView } from "@opencode/core/modules/tenancy/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { idSchema, newId, type RepositoryId, type UserId } from "@opencode/core/platform/ids.ts";

/** The person whom a single machine belongs to; signs in by the link on the console. */
const ownerEmail = "owner@opencode.local";

export async function ensureOwner(): Promise<UserId> {
  const row = await dangerouslyAcrossTenants("the owner of this machine belongs to no workspace yet", (tx) =>
    tx.user.upsert({
      where: { email: ownerEmail },
      create: { id: newId("user"), email: ownerEmail, name: "Owner", emailVerified: new Date() },
      update: {},
    }),
  );
  return idSchema("user").parse(row.id);
}

export interface DemoWorkspace {
  readonly ownerId: UserId;
  readonly workspace: WorkspaceView;
  readonly repositoryId: RepositoryId;
}

/** The owner's demo workspace with the sample repository; made when it is not there. */
export async function ensureDemoWorkspace(): Promise<DemoWorkspace> {
  const ownerId = await ensureOwner();
  const workspaces = await listWorkspaces(ownerId);
  const workspace = workspaces.find((one) => one.isDemo) ?? (await createWorkspace({ userId: ownerId, name: "Demo", isDemo: true }));
  const repository = await ensureSampleRepository({ workspaceId: workspace.id, actorId: ownerId });
  return { ownerId, workspace, repositoryId: repository.id };
}

import { ensureUser } from "@opencode/core/modules/auth/index.ts";
import { ensureSampleRepository } from "@opencode/core/modules/repositories/index.ts";
import { createWorkspace, listWorkspaces, type WorkspaceView } from "@opencode/core/modules/tenancy/index.ts";
import type { RepositoryId, UserId } from "@opencode/core/platform/ids.ts";
import { owner } from "./owner.ts";

export interface DemoWorkspace {
  readonly ownerId: UserId;
  readonly workspace: WorkspaceView;
  readonly repositoryId: RepositoryId;
}

/** The owner's demo workspace with the sample repository; made when it is not there. */
export async function ensureDemoWorkspace(): Promise<DemoWorkspace> {
  const { id: ownerId } = await ensureUser(owner);
  const workspaces = await listWorkspaces(ownerId);
  const workspace = workspaces.find((one) => one.isDemo) ?? (await createWorkspace({ userId: ownerId, name: "Demo", isDemo: true }));
  const repository = await ensureSampleRepository({ workspaceId: workspace.id, actorId: ownerId });
  return { ownerId, workspace, repositoryId: repository.id };
}

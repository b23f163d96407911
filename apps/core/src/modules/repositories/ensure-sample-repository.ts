import { withTenant } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { connectRepository } from "./connect-repository.ts";
import type { RepositoryView } from "./contract.ts";
import { findRepositoryAt } from "./repo.ts";

/** The workspace's sample repository, connected when it is not there yet. */
export async function ensureSampleRepository({
  workspaceId,
  actorId,
}: {
  workspaceId: WorkspaceId;
  actorId: UserId;
}): Promise<RepositoryView> {
  const existing = await withTenant(workspaceId, (tx) => findRepositoryAt(tx, workspaceId, "sample", null));
  return existing ?? connectRepository({ workspaceId, actorId }, { kind: "sample" });
}

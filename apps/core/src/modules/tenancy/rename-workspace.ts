import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId } from "../../platform/ids.ts";
import { type WorkspaceView, workspaceSchema } from "./contract.ts";
import type { WorkspaceScope } from "./find-membership.ts";
import { recordAudit } from "./record-audit.ts";
import { findWorkspace, updateWorkspaceName } from "./repo.ts";

/** Gives the workspace another name. Its slug stays: links to it keep working. */
export async function renameWorkspace(scope: WorkspaceScope, actorId: UserId, name: string): Promise<WorkspaceView> {
  const { workspaceId } = scope;
  return withTenant(workspaceId, async (tx) => {
    const before = await findWorkspace(tx, workspaceId);
    if (!before) throw notFound("This workspace");
    const row = await updateWorkspaceName(tx, workspaceId, name);
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "workspaces.rename",
      subjectId: workspaceId,
      data: { from: before.name, to: name },
    });
    return workspaceSchema.parse({ ...row, role: scope.role });
  });
}

import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { type WorkspaceView, workspaceSchema } from "./contract.ts";
import type { WorkspaceScope } from "./find-membership.ts";
import { findWorkspace } from "./repo.ts";

export async function getWorkspace(scope: WorkspaceScope): Promise<WorkspaceView> {
  const row = await withTenant(scope.workspaceId, (tx) => findWorkspace(tx, scope.workspaceId));
  if (!row) throw notFound("This workspace");
  return workspaceSchema.parse({ ...row, role: scope.role });
}

import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { UserId } from "../../platform/ids.ts";
import { type WorkspaceView, workspaceSchema } from "./contract.ts";
import { listMembershipsOf } from "./repo.ts";

/** The workspaces that a person is a member of, the oldest membership first. */
export async function listWorkspaces(userId: UserId): Promise<WorkspaceView[]> {
  const members = await dangerouslyAcrossTenants("a person's workspaces are several tenants", (tx) => listMembershipsOf(tx, userId));
  return members.map((member) => workspaceSchema.parse({ ...member.workspace, role: member.role }));
}

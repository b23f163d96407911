import type { Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type Role, roleSchema } from "./contract.ts";
import { findMemberByUser, lockWorkspace } from "./repo.ts";

/**
 * Takes the workspace for a change of its people and reads the actor's role again: between the procedure's
 * check and this lock somebody may have demoted or removed them.
 */
export async function lockForActor(tx: Tx, workspaceId: WorkspaceId, actorId: UserId): Promise<{ memberId: string; role: Role }> {
  await lockWorkspace(tx, workspaceId);
  const actor = await findMemberByUser(tx, workspaceId, actorId);
  if (!actor) throw notFound("This workspace");
  return { memberId: actor.id, role: roleSchema.parse(actor.role) };
}

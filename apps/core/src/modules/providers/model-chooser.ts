import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { findRole } from "../tenancy/index.ts";
import type { ModelChooser } from "./resolve-model.ts";

/** A person's choice of a model; an API key's and the system's is held against the rules when the call is made. */
export async function modelChooser(
  workspaceId: WorkspaceId,
  actor: { readonly kind: string; readonly id: string },
): Promise<ModelChooser | undefined> {
  if (actor.kind !== "user") return undefined;
  const role = await findRole(workspaceId, actor.id as UserId);
  return { user: { userId: actor.id, isAdmin: role === "owner" || role === "admin" } };
}

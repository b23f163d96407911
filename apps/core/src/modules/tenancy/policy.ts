import { AppError } from "../../platform/errors.ts";
import type { Role } from "./contract.ts";

const lastOwner = () =>
  new AppError(
    "CONFLICT",
    "This is the workspace's last owner. Make somebody else an owner first: a workspace without one can't be governed.",
  );

/** Refuses (FORBIDDEN) to hand out a role that the actor could not take back: only owners make owners. */
export function assertMayGrant(actorRole: Role, granted: Role): void {
  if (granted === "owner" && actorRole !== "owner") {
    throw new AppError("FORBIDDEN", "Only an owner can make somebody an owner. Ask an owner of the workspace.");
  }
}

function assertMayTouch(actorRole: Role, targetRole: Role): void {
  if (targetRole === "owner" && actorRole !== "owner") {
    throw new AppError("FORBIDDEN", "Only an owner can change or remove an owner. Ask an owner of the workspace.");
  }
}

/** Refuses a change of role that is not the actor's to make (FORBIDDEN) or that would leave no owner (CONFLICT). */
export function assertMayChangeRole(change: { actorRole: Role; targetRole: Role; newRole: Role; ownerCount: number }): void {
  assertMayTouch(change.actorRole, change.targetRole);
  assertMayGrant(change.actorRole, change.newRole);
  if (change.targetRole === "owner" && change.newRole !== "owner" && change.ownerCount <= 1) throw lastOwner();
}

/** Refuses a removal (or a leave: actor and target are one) that is not the actor's to make or that would leave no owner. */
export function assertMayRemove(removal: { actorRole: Role; targetRole: Role; ownerCount: number }): void {
  assertMayTouch(removal.actorRole, removal.targetRole);
  if (removal.targetRole === "owner" && removal.ownerCount <= 1) throw lastOwner();
}

/** A URL-safe name from one for people; "workspace" where nothing is left of it. */
export function slugFrom(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return slug || "workspace";
}

import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { findRole, roleMay } from "../../tenancy/index.ts";
import { sandboxIdOf } from "../open-sandbox.ts";
import { sandboxOwner } from "../repo.ts";
import type { PreviewGrant } from "./preview-token.ts";

const answers = new Map<string, { readonly until: number; readonly may: Promise<boolean> }>();
const kept = 5_000;

/** Whether the visitor is still a member who may, and the session still there; believed for `limits.preview.recheckMs`. */
export async function mayVisit(grant: PreviewGrant, now = Date.now()): Promise<boolean> {
  const key = `${grant.userId}:${grant.sessionId}`;
  const known = answers.get(key);
  if (known && now < known.until) return known.may;
  if (answers.size >= kept) answers.clear();
  const may = look(grant);
  answers.set(key, { until: now + limits.preview.recheckMs, may });
  may.catch(() => answers.delete(key));
  return may;
}

async function look({ workspaceId, sessionId, sandboxId, userId }: PreviewGrant): Promise<boolean> {
  const role = await findRole(workspaceId, userId);
  if (!role || !roleMay(role, "sandboxes.write")) return false;
  const owner = await withTenant(workspaceId, (tx) => sandboxOwner(tx, { workspaceId, sessionId }));
  return owner !== null && sandboxIdOf(owner) === sandboxId;
}

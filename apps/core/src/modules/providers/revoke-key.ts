import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { recordAudit } from "../tenancy/index.ts";
import { markKeyRevoked } from "./repo.ts";

/** Takes a key out of force at once and forgets its secret; calls that are under way end by themselves. */
export async function revokeKey(input: { workspaceId: WorkspaceId; actorId: UserId; keyId: string }): Promise<void> {
  const { workspaceId, actorId, keyId } = input;
  await withTenant(workspaceId, async (tx) => {
    if (!(await markKeyRevoked(tx, workspaceId, keyId, systemClock.now()))) throw notFound("The key");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.revokeKey", subjectId: keyId });
  });
}

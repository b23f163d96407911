import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { recordAudit } from "./record-audit.ts";
import { revokeApiKeyRow } from "./repo-api-keys.ts";

/** The key is refused from the next request on, and open streams of it end within `limits.rest.streamRecheckMs`. */
export async function revokeApiKey(workspaceId: WorkspaceId, actorId: UserId, apiKeyId: string): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    const row = await revokeApiKeyRow(tx, workspaceId, apiKeyId, systemClock.now());
    if (!row) throw notFound("This API key");
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "apiKeys.revoke",
      subjectId: apiKeyId,
      data: { name: row.name },
    });
  });
}

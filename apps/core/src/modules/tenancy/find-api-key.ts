import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { hashToken } from "../../platform/secrets.ts";
import { type ApiKeyScope, apiKeyScopeSchema } from "./contract.ts";
import { findApiKeyByHash, markApiKeyUsed } from "./repo-api-keys.ts";

export interface ApiKeyCaller {
  readonly apiKeyId: string;
  readonly workspaceId: WorkspaceId;
  readonly workspaceSlug: string;
  readonly scopes: readonly ApiKeyScope[];
}

/** Whose key this is; null when it is unknown, revoked or expired. Notes the use, to the minute. */
export async function findApiKey(key: string): Promise<ApiKeyCaller | null> {
  const now = systemClock.now();
  return dangerouslyAcrossTenants("the key decides which tenant the request is scoped to", async (tx) => {
    const row = await findApiKeyByHash(tx, hashToken(key));
    if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) return null;
    if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= limits.tenancy.apiKeyUsedResolutionMs) {
      await markApiKeyUsed(tx, { id: row.id, workspaceId: row.workspaceId }, now);
    }
    return {
      apiKeyId: row.id,
      workspaceId: row.workspaceId as WorkspaceId,
      workspaceSlug: row.workspace.slug,
      scopes: row.scopes.filter((scope) => apiKeyScopeSchema.safeParse(scope).success).map((scope) => apiKeyScopeSchema.parse(scope)),
    };
  });
}

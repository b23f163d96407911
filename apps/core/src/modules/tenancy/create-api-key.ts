import { randomBytes } from "node:crypto";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { hashToken } from "../../platform/secrets.ts";
import type { ApiKeyScope } from "./contract.ts";
import { recordAudit } from "./record-audit.ts";
import { countUsableApiKeys, insertApiKey } from "./repo-api-keys.ts";

const dayMs = 24 * 3_600_000;
const shownChars = 11;

/** A new key for the REST edge. `key` is shown once; only its hash and its first characters are kept. */
export async function createApiKey(input: {
  workspaceId: WorkspaceId;
  actorId: UserId;
  name: string;
  scopes: ApiKeyScope[];
  expiresInDays?: number | undefined;
}): Promise<{ id: string; key: string }> {
  const { workspaceId, actorId, name, scopes } = input;
  const key = `oc_${randomBytes(32).toString("base64url")}`;
  const expiresAt = input.expiresInDays === undefined ? null : new Date(systemClock.now().getTime() + input.expiresInDays * dayMs);
  return withTenant(workspaceId, async (tx) => {
    if ((await countUsableApiKeys(tx, workspaceId)) >= limits.tenancy.maxApiKeysPerWorkspace) {
      throw new AppError(
        "CONFLICT",
        `There are ${limits.tenancy.maxApiKeysPerWorkspace} API keys, the most there can be. Revoke one first.`,
      );
    }
    const row = await insertApiKey(tx, {
      workspaceId,
      name,
      prefix: key.slice(0, shownChars),
      keyHash: hashToken(key),
      scopes,
      createdById: actorId,
      expiresAt,
    });
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "apiKeys.create",
      subjectId: row.id,
      data: { name, scopes, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return { id: row.id, key };
  });
}

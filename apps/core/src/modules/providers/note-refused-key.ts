import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import type { ModelSource } from "./model-source.ts";
import type { ProviderError } from "./provider-error.ts";
import { updateKeyTest } from "./repo.ts";

/** When a provider refused a workspace's key during a call, the key's row says so from then on. Never fails the call anew. */
export async function noteRefusedKey(workspaceId: WorkspaceId, source: ModelSource | null, error: ProviderError): Promise<void> {
  const keyId = source?.keyId;
  if (!keyId || error.failure.code !== "invalid_key") return;
  const outcome = { status: "invalid", lastError: error.failure.message, lastTestedAt: systemClock.now() } as const;
  try {
    await withTenant(workspaceId, (tx) => updateKeyTest(tx, workspaceId, keyId, outcome));
  } catch (cause) {
    logger.warn({ err: cause, keyId }, "providers: could not note that a key was refused");
  }
}

import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { testAnthropicKey } from "./adapters/anthropic.ts";
import { testOpenAiKey } from "./adapters/openai.ts";
import type { ProviderKeyView } from "./contract.ts";
import { toKeyView } from "./list-keys.ts";
import type { ModelSource } from "./model-source.ts";
import { sourceOfKey } from "./model-sources.ts";
import type { ProviderError } from "./provider-error.ts";
import { findKey, updateKeyTest } from "./repo.ts";
import { providerErrorOf } from "./stream-model.ts";

/** Asks the provider whether it takes the key: null when it does, else why not. A throttled key is a valid one. */
export async function tryKey(source: ModelSource): Promise<ProviderError | null> {
  const signal = AbortSignal.timeout(limits.model.keyTestTimeoutMs);
  try {
    await (source.kind === "anthropic" ? testAnthropicKey(source, signal) : testOpenAiKey(source, signal));
    return null;
  } catch (error) {
    const refused = providerErrorOf(error, source, AbortSignal.any([]));
    return refused.failure.code === "rate_limited" ? null : refused;
  }
}

/** Codes that mean that the key itself is bad, and not that nobody could be asked. */
const badKeyCodes: ReadonlySet<string> = new Set(["invalid_key", "forbidden", "quota_exceeded"]);

/** Tests a stored key again and notes the outcome. A provider that can't be reached leaves its status as it was. */
export async function testKey(input: { workspaceId: WorkspaceId; keyId: string }): Promise<ProviderKeyView> {
  const { workspaceId, keyId } = input;
  const key = await withTenant(workspaceId, (tx) => findKey(tx, workspaceId, keyId));
  if (!key) throw notFound("The key");
  const refused = await tryKey(sourceOfKey(key));
  const status = refused === null ? "valid" : badKeyCodes.has(refused.failure.code) ? "invalid" : key.status;
  const outcome = { status, lastError: refused?.failure.message ?? null, lastTestedAt: systemClock.now() };
  const updated = await withTenant(workspaceId, (tx) => updateKeyTest(tx, workspaceId, keyId, outcome));
  if (!updated) throw notFound("The key");
  return toKeyView(updated);
}

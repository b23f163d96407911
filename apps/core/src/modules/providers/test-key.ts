import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { testAnthropicKey } from "./adapters/anthropic.ts";
import { testOpenAiKey } from "./adapters/test-openai-key.ts";
import { WireFault } from "./adapters/wire-fault.ts";
import { providerErrorOf } from "./call-model.ts";
import type { ProviderKeyView } from "./contract.ts";
import { toKeyView } from "./list-keys.ts";
import type { ModelSource } from "./model-source.ts";
import { sourceOfKey } from "./model-sources.ts";
import { ProviderError } from "./provider-error.ts";
import { sourceName } from "./provider-failure.ts";
import { findKey, updateKeyTest } from "./repo.ts";

/** Asks the provider whether it takes the key: null when it does, else why not. A throttled key is a valid one. */
export async function tryKey(source: ModelSource): Promise<ProviderError | null> {
  const controller = new AbortController();
  const seconds = limits.model.keyTestTimeoutMs / 1_000;
  const timeout = new WireFault({ kind: "timeout", detail: `no answer came within ${seconds} s` });
  const timer = setTimeout(() => controller.abort(timeout), limits.model.keyTestTimeoutMs);
  try {
    await (source.kind === "anthropic" ? testAnthropicKey : testOpenAiKey)(source, controller.signal);
    return null;
  } catch (error) {
    const refused = providerErrorOf(error, source, controller.signal);
    if (refused.failure.code === "rate_limited") return null;
    return refused.failure.code === "model_not_found" || refused.failure.code === "malformed_stream" ? noSuchApi(source, refused) : refused;
  } finally {
    clearTimeout(timer);
  }
}

function noSuchApi(source: ModelSource, refused: ProviderError): ProviderError {
  const address = source.baseUrl ? ` at ${source.baseUrl}` : "";
  const hint = source.kind === "anthropic" ? "" : " Most addresses end in /v1.";
  const message = `${sourceName(source)} lists no models${address}, so there is nothing that can be called there. Check the address.${hint}`;
  return new ProviderError({ ...refused.failure, code: "no_model_api", retryable: false, message }, refused.cause);
}

/** Codes that mean that the key itself is bad, and not that nobody could be asked. */
const badKeyCodes: ReadonlySet<string> = new Set(["invalid_key", "forbidden", "quota_exceeded"]);

/** Tests a stored key again and notes the outcome. A provider that can't be reached leaves its status as it was. */
export async function testKey(input: { workspaceId: WorkspaceId; keyId: string }): Promise<ProviderKeyView> {
  const { workspaceId, keyId } = input;
  const key = await withTenant(workspaceId, (tx) => findKey(tx, workspaceId, keyId));
  if (!key) throw notFound("The key");
  const source = sourceOfKey(key);
  if (!source) throw new AppError("BAD_REQUEST", `The provider "${key.provider}" is not known to this version. Remove the key.`);
  const refused = await tryKey(source);
  const status = refused === null ? "valid" : badKeyCodes.has(refused.failure.code) ? "invalid" : key.status;
  const outcome = { status, lastError: refused?.failure.message ?? null, lastTestedAt: systemClock.now() };
  const updated = await withTenant(workspaceId, (tx) => updateKeyTest(tx, workspaceId, keyId, outcome));
  if (!updated) throw notFound("The key");
  return toKeyView(updated);
}

import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { seal } from "../../platform/secrets.ts";
import { recordAudit } from "../tenancy/index.ts";
import type { AddKeyInput, ProviderKeyView } from "./contract.ts";
import { toKeyView } from "./list-keys.ts";
import type { ModelSource } from "./model-source.ts";
import { providerOfLabel, reservedProviders } from "./model-sources.ts";
import { findKeys, insertKey, type StoredKey } from "./repo.ts";
import { tryKey } from "./test-key.ts";

interface AddKey {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
  readonly input: AddKeyInput;
}

/**
 * Stores a key, sealed, after its provider has accepted it. Throws BAD_REQUEST with the provider's reason when it is
 * refused, UNAVAILABLE when the provider can't be asked (nothing is stored then), CONFLICT when the label is taken.
 */
export async function addKey({ workspaceId, actorId, input }: AddKey): Promise<ProviderKeyView> {
  const keyId = newId("providerKey");
  const source = sourceOfInput(input, keyId);
  const existing = await withTenant(workspaceId, (tx) => findKeys(tx, workspaceId));
  refuseTakenLabel(input, existing);
  const refused = await tryKey(source);
  if (refused) {
    const { code, message } = refused.failure;
    const unreachable = refused.failure.retryable;
    throw new AppError(unreachable ? "UNAVAILABLE" : "BAD_REQUEST", `${message} The key was not saved.`, { cause: new Error(code) });
  }
  const stored = await withTenant(workspaceId, async (tx) => {
    refuseTakenLabel(input, await findKeys(tx, workspaceId));
    const key = await insertKey(tx, {
      id: keyId,
      workspaceId,
      provider: input.provider,
      label: input.label,
      sealed: seal(input.key, keyId),
      hint: input.key.length >= 12 ? input.key.slice(-4) : "",
      baseUrl: source.baseUrl,
      testedAt: systemClock.now(),
      createdById: actorId,
    });
    const data = { provider: input.provider, label: input.label, baseUrl: source.baseUrl };
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.addKey", subjectId: keyId, data });
    return key;
  });
  return toKeyView(stored);
}

function sourceOfInput(input: AddKeyInput, keyId: string): ModelSource {
  return {
    provider: input.provider === "openai-compatible" ? providerOfLabel(input.label) : input.provider,
    kind: input.provider,
    source: "workspace",
    apiKey: input.key,
    baseUrl: input.baseUrl?.replace(/\/+$/, "") ?? null,
    keyId,
    publicOnly: !env().SINGLE_MACHINE,
  };
}

// The label is the first part of the ids of the server's models: two servers with the same one would be mixed up.
function refuseTakenLabel(input: AddKeyInput, existing: readonly StoredKey[]): void {
  if (input.provider !== "openai-compatible") return;
  const provider = providerOfLabel(input.label);
  const taken = existing.some((key) => key.provider === "openai-compatible" && providerOfLabel(key.label) === provider);
  if (taken || reservedProviders.has(provider)) {
    throw new AppError("CONFLICT", `The label "${input.label}" is taken: its models would be called ${provider}/…. Choose another one.`);
  }
}

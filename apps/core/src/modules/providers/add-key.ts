import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { seal } from "../../platform/secrets.ts";
import { recordAudit } from "../tenancy/index.ts";
import { findProvider } from "./catalogue/catalogue.ts";
import type { ProviderEntry } from "./catalogue/provider-entry.ts";
import type { AddKeyInput, ProviderKeyView } from "./contract.ts";
import { toKeyView } from "./list-keys.ts";
import type { ModelSource } from "./model-source.ts";
import { filledAddress, providerOfLabel, reservedProviders } from "./model-sources.ts";
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
  const entry = entryOf(input);
  const fields = fieldsOf(entry, input);
  const source = sourceOfInput(input, entry, fields, keyId);
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
      sealed: seal(source.apiKey, keyId),
      hint: entry.key === "json" ? "" : input.key.length >= 12 ? input.key.slice(-4) : "",
      // Only an address that was entered is kept: the catalogue's may change.
      baseUrl: input.baseUrl === undefined ? null : source.baseUrl,
      fields,
      testedAt: systemClock.now(),
      createdById: actorId,
    });
    const data = { provider: input.provider, label: input.label, baseUrl: source.baseUrl };
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "providers.addKey", subjectId: keyId, data });
    return key;
  });
  return toKeyView(stored);
}

function sourceOfInput(input: AddKeyInput, entry: ProviderEntry, fields: Record<string, string>, keyId: string): ModelSource {
  return {
    provider: input.provider === "openai-compatible" ? providerOfLabel(input.label) : input.provider,
    kind: entry.kind,
    source: "workspace",
    apiKey: entry.key === "json" ? compactJson(input.key) : input.key,
    baseUrl: input.baseUrl?.replace(/\/+$/, "") ?? filledAddress(entry, fields),
    keyId,
    fields,
    publicOnly: !env().SINGLE_MACHINE,
  };
}

function entryOf(input: AddKeyInput): ProviderEntry {
  const entry = findProvider(input.provider);
  if (!entry)
    throw new AppError("BAD_REQUEST", `The provider "${input.provider}" is not known. Take "openai-compatible" for a server of your own.`);
  if (entry.key !== "none" && input.key === "") throw new AppError("BAD_REQUEST", "Enter the key.");
  return entry;
}

/** The entry's fields as entered, or what stands for them; a malformed one would end up in an address. */
function fieldsOf(entry: ProviderEntry, input: AddKeyInput): Record<string, string> {
  return Object.fromEntries(
    entry.fields.map(({ name, label, placeholder, fallback, pattern }) => {
      const value = input.fields?.[name]?.trim() || fallback;
      if (value === null) throw new AppError("BAD_REQUEST", `${entry.name} needs a value for "${label}", e.g. ${placeholder}.`);
      if (value !== "" && !new RegExp(pattern).test(value))
        throw new AppError("BAD_REQUEST", `"${label}" does not look right. Example: ${placeholder}.`);
      return [name, value];
    }),
  );
}

function compactJson(key: string): string {
  try {
    return JSON.stringify(JSON.parse(key));
  } catch {
    throw new AppError("BAD_REQUEST", "This provider's key is a JSON document (a service account's key file). Paste the whole file.");
  }
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

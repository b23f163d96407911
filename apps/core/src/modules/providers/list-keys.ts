import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type ProviderKeyView, providerKeySchema } from "./contract.ts";
import { findKeys, type StoredKey } from "./repo.ts";

/** What people see of a key: everything but the secret. */
export function toKeyView(key: StoredKey): ProviderKeyView {
  return providerKeySchema.parse(key);
}

/** The workspace's keys in force, newest first, without their secrets. */
export async function listKeys(workspaceId: WorkspaceId): Promise<ProviderKeyView[]> {
  const keys = await withTenant(workspaceId, (tx) => findKeys(tx, workspaceId));
  return keys.map(toKeyView);
}

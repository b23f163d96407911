import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type ProviderKeyView, providerKeySchema } from "./contract.ts";

export interface StoredKey extends ProviderKeyView {
  readonly sealed: Uint8Array;
}

interface NewKey {
  readonly id: string;
  readonly workspaceId: WorkspaceId;
  readonly provider: string;
  readonly label: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly hint: string;
  readonly baseUrl: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly testedAt: Date;
  readonly createdById: string;
}

function toStoredKey(row: { sealed: Uint8Array } & Record<string, unknown>): StoredKey {
  return { ...providerKeySchema.parse(row), sealed: row.sealed };
}

/** The workspace's keys that are in force, newest first. */
export async function findKeys(tx: Tx, workspaceId: WorkspaceId): Promise<StoredKey[]> {
  const rows = await tx.providerKey.findMany({ where: { workspaceId, revokedAt: null }, orderBy: [{ createdAt: "desc" }, { id: "desc" }] });
  return rows.map(toStoredKey);
}

export async function findKey(tx: Tx, workspaceId: WorkspaceId, keyId: string): Promise<StoredKey | null> {
  const row = await tx.providerKey.findFirst({ where: { id: keyId, workspaceId, revokedAt: null } });
  return row ? toStoredKey(row) : null;
}

/** A key that its provider has just accepted. */
export async function insertKey(tx: Tx, key: NewKey): Promise<StoredKey> {
  const { testedAt, ...data } = key;
  const row = await tx.providerKey.create({ data: { ...data, status: "valid", lastTestedAt: testedAt } });
  return toStoredKey(row);
}

/** Notes a test's outcome; null when the key was revoked meanwhile. */
export async function updateKeyTest(
  tx: Tx,
  workspaceId: WorkspaceId,
  keyId: string,
  outcome: { status: ProviderKeyView["status"]; lastError: string | null; lastTestedAt: Date },
): Promise<StoredKey | null> {
  const [row] = await tx.providerKey.updateManyAndReturn({ where: { id: keyId, workspaceId, revokedAt: null }, data: outcome });
  return row ? toStoredKey(row) : null;
}

/** Takes a key out of force and forgets the secret itself; false when there was none. */
export async function markKeyRevoked(tx: Tx, workspaceId: WorkspaceId, keyId: string, now: Date): Promise<boolean> {
  const { count } = await tx.providerKey.updateMany({
    where: { id: keyId, workspaceId, revokedAt: null },
    data: { revokedAt: now, sealed: new Uint8Array() },
  });
  return count > 0;
}

import type { Tx } from "../../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../../platform/ids.ts";
import { type SearchKeyView, type SearchProvider, searchKeySchema } from "./contract.ts";

export interface StoredSearchKey extends SearchKeyView {
  readonly sealed: Uint8Array;
}

/** The workspace's ways to search, in the order in which they are tried: the oldest first. */
export async function findSearchKeys(tx: Tx, workspaceId: WorkspaceId): Promise<StoredSearchKey[]> {
  const rows = await tx.searchKey.findMany({ where: { workspaceId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  return rows.map((row) => ({ ...searchKeySchema.parse(row), sealed: row.sealed }));
}

export async function insertSearchKey(
  tx: Tx,
  key: {
    readonly id: string;
    readonly workspaceId: WorkspaceId;
    readonly provider: SearchProvider;
    readonly sealed: Uint8Array<ArrayBuffer>;
    readonly hint: string;
    readonly baseUrl: string | null;
    readonly createdById: UserId;
  },
): Promise<SearchKeyView> {
  return searchKeySchema.parse(await tx.searchKey.create({ data: { ...key } }));
}

/** Notes why the last search with it failed; null when it went well. */
export async function noteSearchOutcome(tx: Tx, workspaceId: WorkspaceId, id: string, lastError: string | null): Promise<void> {
  await tx.searchKey.updateMany({ where: { workspaceId, id }, data: { lastError } });
}

/** False when there was none. */
export async function deleteSearchKey(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<boolean> {
  return (await tx.searchKey.deleteMany({ where: { workspaceId, id } })).count > 0;
}

import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import { type RepositoryView, repositoryConnected } from "./contract.ts";
import { findRepository, markConnecting, type RepositoryKey } from "./repo.ts";

/** Has the worker fetch the repository anew. Throws NOT_FOUND. */
export async function refreshRepository(key: RepositoryKey): Promise<RepositoryView> {
  const row = await withTenant(key.workspaceId, async (tx) => {
    if (!(await markConnecting(tx, key))) throw notFound("The repository");
    await writeEvent(tx, repositoryConnected, { workspaceId: key.workspaceId, repositoryId: key.repositoryId });
    return findRepository(tx, key);
  });
  if (!row) throw notFound("The repository");
  kickOutbox();
  return row;
}

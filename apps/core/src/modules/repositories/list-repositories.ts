import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { RepositoryView } from "./contract.ts";
import { findRepositories, findRepository, type RepositoryKey } from "./repo.ts";

/** The workspace's connected repositories, newest first. */
export async function listRepositories(workspaceId: WorkspaceId): Promise<RepositoryView[]> {
  return withTenant(workspaceId, (tx) => findRepositories(tx, workspaceId));
}

/** Throws NOT_FOUND when it is not there, was removed, or belongs to another workspace. */
export async function getRepository(key: RepositoryKey): Promise<RepositoryView> {
  const row = await withTenant(key.workspaceId, (tx) => findRepository(tx, key));
  if (!row) throw notFound("The repository");
  return row;
}

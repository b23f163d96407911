import { rm } from "node:fs/promises";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import type { RepositoryId, UserId } from "../../platform/ids.ts";
import { recordAudit } from "../tenancy/index.ts";
import { repositoryRemoved } from "./contract.ts";
import { mirrorPath, uploadPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { hasLiveSessions, isRemoved, markRemoved, type RepositoryKey } from "./repo.ts";

/** Takes the repository off the list and forgets its token at once; its sessions stay. Throws NOT_FOUND. */
export async function removeRepository(key: RepositoryKey, actorId: UserId): Promise<void> {
  const { workspaceId, repositoryId } = key;
  await withTenant(workspaceId, async (tx) => {
    if (!(await markRemoved(tx, key, systemClock.now()))) throw notFound("The repository");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "repositories.remove", subjectId: repositoryId });
    await writeEvent(tx, repositoryRemoved, { workspaceId, repositoryId });
  });
  kickOutbox();
}

/** Deletes a removed repository's mirror, unless a session that is not archived is built on it. Answers whether it did. */
export async function purgeMirror(key: RepositoryKey): Promise<boolean> {
  if (await withTenant(key.workspaceId, (tx) => hasLiveSessions(tx, key))) return false;
  return removeMirror(key.repositoryId);
}

/** Deletes what this machine holds of a repository. */
export async function removeMirror(repositoryId: RepositoryId): Promise<true> {
  const mirror = mirrorPath(repositoryId);
  await exclusive(mirror, () => rm(mirror, { recursive: true, force: true }));
  await rm(uploadPath(repositoryId), { force: true });
  return true;
}

/** The same for a repository that may have been removed while something of it was under way. */
export async function purgeIfRemoved(key: RepositoryKey): Promise<void> {
  if (await withTenant(key.workspaceId, (tx) => isRemoved(tx, key))) await purgeMirror(key);
}

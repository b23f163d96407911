import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { logger } from "../../platform/logger.ts";
import { ensureMachineId } from "../../platform/machines/machine-id.ts";
import { isHere } from "../../platform/machines/workers.ts";
import { mirrorPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { explainGitFailure } from "./explain-git-failure.ts";
import { findRepositoryMachine, setRepositoryMachine } from "./machine-repo.ts";
import { purgeIfRemoved } from "./remove-repository.ts";
import { findRepositorySource, markFailed, markReady, type RepositoryKey, type RepositorySource } from "./repo.ts";
import { remoteOf } from "./source-remote.ts";
import { syncArchive } from "./sync-archive.ts";
import { inspectMirror, type MirrorFacts, syncMirror } from "./sync-mirror.ts";
import { syncSample } from "./sync-sample.ts";

export type MirrorOutcome = { readonly ok: true; readonly facts: MirrorFacts } | { readonly ok: false; readonly message: string };

/** Fetches the repository, unless it was removed, into its mirror and writes down how it went. Throws only what a later attempt may mend (database, disk). */
export async function mirrorRepository(key: RepositoryKey): Promise<MirrorOutcome> {
  const source = await withTenant(key.workspaceId, (tx) => findRepositorySource(tx, key));
  if (!source) throw notFound("The repository");
  if (source.isRemoved) return { ok: false, message: "The repository was removed from this workspace." };
  const mirror = mirrorPath(key.repositoryId);
  try {
    const facts = await exclusive(mirror, async () => {
      await sync(mirror, key, source);
      return inspectMirror(mirror);
    });
    await withTenant(key.workspaceId, async (tx) => {
      await markReady(tx, key, facts, systemClock.now());
      await setRepositoryMachine(tx, key, ensureMachineId(env().DATA_DIR));
    });
    await purgeIfRemoved(key);
    return { ok: true, facts };
  } catch (error) {
    const message = explainGitFailure(error, source.kind);
    if (message === null) throw error;
    logger.warn({ err: error, repositoryId: key.repositoryId }, "repositories: a mirror could not be fetched");
    await withTenant(key.workspaceId, (tx) => markFailed(tx, key, message));
    return { ok: false, message };
  }
}

/** After the last attempt. */
export async function failMirror(key: RepositoryKey): Promise<void> {
  const message = "The repository could not be fetched. Refresh to try again; the worker's log says more.";
  await withTenant(key.workspaceId, (tx) => markFailed(tx, key, message));
}

async function sync(mirror: string, key: RepositoryKey, source: RepositorySource): Promise<void> {
  if (source.kind === "sample") return syncSample(mirror);
  if (source.kind === "archive") return syncArchive(mirror, key);
  return remoteOf(key, source, (remote) => syncMirror(mirror, remote));
}

const freshMs = 30_000;
const underWay = new Map<string, Promise<MirrorOutcome>>();

/** Sessions that start together wait for one fetch. */
function mirrorOnce(key: RepositoryKey): Promise<MirrorOutcome> {
  const known = underWay.get(key.repositoryId);
  if (known) return known;
  const fetching = mirrorRepository(key).finally(() => underWay.delete(key.repositoryId));
  underWay.set(key.repositoryId, fetching);
  return fetching;
}

/**
 * A mirror to start a session from: fetched just now where possible. When the repository has vanished or can't be
 * reached, the mirror as it was last fetched serves, and `warning` says so; without one it throws.
 */
export async function freshMirror(key: RepositoryKey): Promise<{ mirror: string; source: RepositorySource; warning: string | null }> {
  const source = await withTenant(key.workspaceId, (tx) => findRepositorySource(tx, key));
  if (!source) throw notFound("The repository");
  const mirror = mirrorPath(key.repositoryId);
  const isThere = existsSync(join(mirror, "HEAD"));
  // Another machine's fetch says nothing of the mirror here.
  const isOurs =
    env().SINGLE_MACHINE || isHere((await withTenant(key.workspaceId, (tx) => findRepositoryMachine(tx, key)))?.machineId ?? null);
  const ageMs = isOurs && source.lastFetchedAt ? Date.now() - source.lastFetchedAt.getTime() : Number.POSITIVE_INFINITY;
  if (isThere && ageMs >= 0 && ageMs < freshMs) return { mirror, source, warning: null };
  const outcome = await mirrorOnce(key);
  if (outcome.ok) return { mirror, source, warning: null };
  const isUsable =
    isThere &&
    (await inspectMirror(mirror)
      .then(() => true)
      .catch(() => false));
  if (!isUsable) throw new AppError("UNPROCESSABLE", `The repository can't be checked out. ${outcome.message}`);
  const since = source.lastFetchedAt ? ` of ${source.lastFetchedAt.toISOString()}` : "";
  return {
    mirror,
    source,
    warning: `The repository could not be fetched, so the session starts from the copy${since}. ${outcome.message}`,
  };
}

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { idSchema } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { dataDirectory } from "./data-paths.ts";
import { removeHalfUploads } from "./half-uploads.ts";
import { findRepositoryStates, findWorkingSessions } from "./machine-repo.ts";
import { purgeMirror, removeMirror } from "./remove-repository.ts";
import { removeSessionStore } from "./session-store.ts";

const reason = "what lies on this machine belongs to all tenants";
const perQuery = 500;

/**
 * Lets go of what lies on this machine and nobody needs: that a repository was removed or a session archived is heard on one
 * machine, and a process may die between a file and its row. Each machine calls it from time to time; two at once do no harm.
 */
export async function sweepLeftovers(now: Date): Promise<void> {
  await removeHalfUploads(now);
  await sweepRepositories(now);
  await sweepSessions(now);
}

async function sweepRepositories(now: Date): Promise<void> {
  const schema = idSchema("repository");
  const here = new Set([...(await listOld("mirrors", ".git", schema, now)), ...(await listOld("uploads", ".archive", schema, now))]);
  for (const ids of pieces([...here])) {
    const known = await dangerouslyAcrossTenants(reason, (tx) => findRepositoryStates(tx, ids));
    for (const repositoryId of ids) {
      const state = known.get(repositoryId);
      if (state && !state.isRemoved) continue;
      const isGone = state ? await purgeMirror({ workspaceId: state.workspaceId, repositoryId }) : await removeMirror(repositoryId);
      if (isGone) logger.info({ repositoryId }, "repositories: what nobody needs of one was removed from this machine");
    }
  }
}

async function sweepSessions(now: Date): Promise<void> {
  for (const ids of pieces(await listOld("snapshots", ".git", idSchema("session"), now))) {
    const working = await dangerouslyAcrossTenants(reason, (tx) => findWorkingSessions(tx, ids));
    for (const id of ids) if (!working.has(id)) await removeSessionStore(id);
  }
}

/** The ids by which files are named here, but for those that may be just being made, before their row. */
async function listOld<I extends string>(
  directory: Parameters<typeof dataDirectory>[0],
  ending: string,
  schema: z.ZodType<I>,
  now: Date,
): Promise<I[]> {
  const path = dataDirectory(directory);
  const ids: I[] = [];
  for (const name of await readdir(path).catch(() => [])) {
    const parsed = name.endsWith(ending) ? schema.safeParse(name.slice(0, -ending.length)) : null;
    const found = parsed?.success ? await stat(join(path, name)).catch(() => null) : null;
    if (parsed?.success && found && now.getTime() - found.mtimeMs > limits.repository.leftoverGraceMs) ids.push(parsed.data);
  }
  return ids;
}

function pieces<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / perQuery) }, (_, piece) => all.slice(piece * perQuery, (piece + 1) * perQuery));
}

import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { idSchema } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { machineCall } from "../../platform/machines/machine-call.ts";
import { liveWorkers } from "../../platform/machines/workers.ts";
import { mirrorPath } from "./data-paths.ts";
import { ensureBase, hasBase } from "./ensure-base.ts";
import { findRepositoryMachine } from "./machine-repo.ts";
import type { RepositoryKey } from "./repo.ts";

export const repositoryInput = z.object({ workspaceId: idSchema("workspace"), repositoryId: idSchema("repository") });
export const baseInput = repositoryInput.extend({ commit: z.string() });

/**
 * Something that is read of a commit in a repository's mirror: here where the commit is (or where nobody else has a
 * mirror), else on the machine that fetched it last, else on any other; what it lacks is fetched there first.
 */
export function mirrorCall<I extends typeof baseInput, O extends z.ZodType>(
  name: string,
  input: I,
  output: O,
  read: (input: z.output<I>) => Promise<z.output<O>>,
): (input: z.output<I>) => Promise<z.output<O>> {
  const call = machineCall(`repositories.${name}`, {
    input,
    output,
    timeoutMs: limits.worker.machineCallTimeoutMs,
    run: async (asked) => {
      await ensureBase(asked, asked.commit);
      return read(asked);
    },
  });
  return async (asked) => {
    if (await hasBase(mirrorPath(asked.repositoryId), asked.commit)) return read(asked);
    const machineId = await findMirrorMachine(asked);
    return machineId === null ? read(asked) : call(machineId, asked);
  };
}

async function findMirrorMachine(key: RepositoryKey): Promise<string | null> {
  if (env().SINGLE_MACHINE) return null;
  const repository = await withTenant(key.workspaceId, (tx) => findRepositoryMachine(tx, key));
  if (!repository) return null;
  const workers = await liveWorkers();
  return (workers.find(({ machineId }) => machineId === repository.machineId) ?? workers[0])?.machineId ?? null;
}

/** The one machine on which a repository can be mirrored at all: that to which its archive was uploaded. null: any. */
export async function findUploadMachine(key: RepositoryKey): Promise<string | null> {
  if (env().SINGLE_MACHINE) return null;
  const repository = await withTenant(key.workspaceId, (tx) => findRepositoryMachine(tx, key));
  return repository?.kind === "archive" ? repository.machineId : null;
}

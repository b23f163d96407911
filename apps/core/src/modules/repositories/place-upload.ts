import { appendFile, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import { machineCall } from "../../platform/machines/machine-call.ts";
import { readMachineId } from "../../platform/machines/machine-id.ts";
import { liveWorkers } from "../../platform/machines/workers.ts";
import { uploadPath } from "./data-paths.ts";
import { repositoryInput } from "./mirror-machine.ts";
import type { RepositoryKey } from "./repo.ts";

const pieceBytes = 1024 * 1024;

/** A piece of an archive that another process of ours has received, appended where the last one ended. */
const putPiece = machineCall("repositories.put-piece", {
  input: repositoryInput.extend({
    transfer: z.string().regex(/^[0-9a-f-]{36}$/),
    offset: z.number().int().nonnegative(),
    data: z.base64().max(Math.ceil(pieceBytes / 3) * 4),
    isLast: z.boolean(),
  }),
  output: z.null(),
  timeoutMs: limits.worker.machineCallTimeoutMs,
  run: async ({ repositoryId, transfer, offset, data, isLast }) => {
    const target = uploadPath(repositoryId);
    const part = `${target}.${transfer}.part`;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (offset > limits.repository.archiveMaxBytes) throw new AppError("PAYLOAD_TOO_LARGE", "The archive is too large.");
    if (((await stat(part).catch(() => null))?.size ?? 0) !== offset) throw new AppError("CONFLICT", "A piece of the archive was lost.");
    await appendFile(part, Buffer.from(data, "base64"), { mode: 0o600 });
    if (isLast) await rename(part, target);
    return null;
  },
});

/**
 * Lays a received archive where a worker reads it: here, or on a machine that has a worker (the one that has had the
 * repository so far, where it is there). Answers that machine; null with one machine.
 */
export async function placeUpload(key: RepositoryKey, part: string, transfer: string, before: string | null): Promise<string | null> {
  const workers = env().SINGLE_MACHINE ? [] : await liveWorkers();
  const own = readMachineId(env().DATA_DIR);
  const chosen = workers.find(({ machineId }) => machineId === before) ?? workers.find(({ machineId }) => machineId === own) ?? workers[0];
  if (!chosen || chosen.machineId === own) {
    await rename(part, uploadPath(key.repositoryId));
    return chosen?.machineId ?? null;
  }
  const file = await open(part);
  try {
    const { size } = await file.stat();
    for (let offset = 0; offset < size; offset += pieceBytes) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, offset);
      const data = buffer.subarray(0, bytesRead).toString("base64");
      await putPiece(chosen.machineId, { ...key, transfer, offset, data, isLast: offset + bytesRead >= size });
    }
  } finally {
    await file.close();
    await rm(part, { force: true });
  }
  return chosen.machineId;
}

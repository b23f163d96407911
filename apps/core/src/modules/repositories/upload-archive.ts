import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import { newId, type RepositoryId, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { recordAudit } from "../tenancy/index.ts";
import { formatOf } from "./archive/import-archive.ts";
import { type RepositoryView, repositoryConnected } from "./contract.ts";
import { uploadPath } from "./data-paths.ts";
import { removeHalfUploads } from "./half-uploads.ts";
import { findRepositoryMachine, setRepositoryMachine } from "./machine-repo.ts";
import { placeUpload } from "./place-upload.ts";
import { findRepository, insertRepository, markConnecting } from "./repo.ts";

const { archiveMaxBytes } = limits.repository;

/**
 * Takes an archive (.tar.gz, .tar, .zip) as a repository of its own, or as the next commit of one that was uploaded before.
 * The body is written to disk as it comes; the worker reads it. PAYLOAD_TOO_LARGE over the limit, UNPROCESSABLE when it is
 * no archive, NOT_FOUND for a foreign repository, BAD_REQUEST for one of another kind.
 */
export async function uploadArchive(
  scope: { workspaceId: WorkspaceId; actorId: string; actorKind: "user" | "api_key" | "system" },
  input: { name: string; repositoryId: RepositoryId | null; body: ReadableStream<Uint8Array> | null },
): Promise<RepositoryView> {
  const { workspaceId, actorId, actorKind } = scope;
  const key = { workspaceId, repositoryId: input.repositoryId ?? newId("repository") };
  const existing = input.repositoryId ? await withTenant(workspaceId, (tx) => findRepository(tx, key)) : null;
  if (input.repositoryId && !existing) throw notFound("The repository");
  if (existing && existing.kind !== "archive")
    throw new AppError("BAD_REQUEST", "Archives can be added only to a repository that began as one.");
  const target = uploadPath(key.repositoryId);
  const transfer = randomUUID();
  const part = `${target}.${transfer}.part`;
  let machineId: string | null;
  try {
    await receive(input.body, part);
    if ((await formatOf(part)) === null)
      throw new AppError("UNPROCESSABLE", "This is no archive that can be read. Upload a .tar.gz or a .zip.");
    const before = existing && (await withTenant(workspaceId, (tx) => findRepositoryMachine(tx, key)));
    machineId = await placeUpload(key, part, transfer, before?.machineId ?? null);
  } finally {
    await rm(part, { force: true });
  }
  const row = await withTenant(workspaceId, async (tx) => {
    if (existing && !(await markConnecting(tx, key))) throw notFound("The repository");
    const location = { location: null, sealedToken: null };
    const view =
      existing ??
      (await insertRepository(tx, { ...key, name: nameOfArchive(input.name), kind: "archive", ...location, createdById: actorId }));
    if (machineId !== null) await setRepositoryMachine(tx, key, machineId);
    const action = existing ? "repositories.upload" : "repositories.connect";
    await recordAudit(tx, { workspaceId, actorKind, actorId, action, subjectId: key.repositoryId, data: { kind: "archive" } });
    await writeEvent(tx, repositoryConnected, key);
    return { ...view, state: "connecting" as const, lastError: null };
  });
  kickOutbox();
  return row;
}

async function receive(body: ReadableStream<Uint8Array> | null, file: string): Promise<void> {
  if (!body) throw new AppError("BAD_REQUEST", "Send the archive as the request's body.");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await removeHalfUploads(new Date());
  let bytes = 0;
  const count = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > archiveMaxBytes)
        throw new AppError(
          "PAYLOAD_TOO_LARGE",
          `The archive is larger than ${archiveMaxBytes / 1024 ** 2} MB. Leave out what is not needed, or connect a git server.`,
        );
      yield chunk;
    }
  };
  await pipeline(Readable.from(body), count, createWriteStream(file, { mode: 0o600 }));
  if (bytes === 0) throw new AppError("BAD_REQUEST", "The archive is empty.");
}

/** "shop-1.2.tar.gz" → "shop-1.2" */
function nameOfArchive(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? "";
  const plain = last
    .replace(/\.(tar\.gz|tgz|tar|zip)$/i, "")
    .replace(/\p{Cc}/gu, "")
    .trim();
  return plain.slice(0, 100) || "upload";
}

import { z } from "zod";
import type { Tx } from "../../../platform/database/database.ts";
import type { PartId } from "../../../platform/ids.ts";
import { imageMimes, type ModelImage } from "../../providers/contract.ts";
import { type SessionKey, sessionOf } from "../event-log-repo.ts";

const mimeSchema = z.enum(imageMimes);

/** Keeps the pictures of a part; those that stand there already stay as they are. */
export async function insertPartImages(tx: Tx, key: SessionKey, partId: PartId, images: readonly ModelImage[]): Promise<void> {
  await tx.partImage.createMany({
    data: images.map(({ mime, data }, ordinal) => ({
      partId,
      ordinal,
      ...sessionOf(key),
      mime,
      content: Uint8Array.from(Buffer.from(data, "base64")),
    })),
    skipDuplicates: true,
  });
}

/** The pictures of these parts, in their order, by the id of their part. */
export async function findPartImages(tx: Tx, key: SessionKey, partIds: readonly PartId[]): Promise<Map<string, ModelImage[]>> {
  const where = { ...sessionOf(key), partId: { in: [...partIds] } };
  const found = new Map<string, ModelImage[]>();
  for (const { partId, mime, content } of await tx.partImage.findMany({ where, orderBy: [{ partId: "asc" }, { ordinal: "asc" }] })) {
    const image = { mime: mimeSchema.parse(mime), data: Buffer.from(content).toString("base64") };
    found.set(partId, [...(found.get(partId) ?? []), image]);
  }
  return found;
}

/** One picture as it is; null when there is none of this place in the session. */
export async function findPartImage(
  tx: Tx,
  key: SessionKey,
  place: { partId: PartId; ordinal: number },
): Promise<{ mime: ModelImage["mime"]; content: Uint8Array } | null> {
  const row = await tx.partImage.findFirst({ where: { ...sessionOf(key), ...place }, select: { mime: true, content: true } });
  return row && { mime: mimeSchema.parse(row.mime), content: row.content };
}

/** Gives copied parts of another session of the workspace the pictures of those that they were copied from. */
export async function copyPartImages(tx: Tx, from: SessionKey, to: SessionKey, copies: ReadonlyMap<PartId, PartId>): Promise<void> {
  for (const [partId, copy] of copies) {
    await tx.$executeRaw`INSERT INTO "PartImage" ("partId", "ordinal", "workspaceId", "sessionId", "mime", "content")
      SELECT ${copy}, "ordinal", "workspaceId", ${to.sessionId}, "mime", "content" FROM "PartImage"
      WHERE "workspaceId" = ${from.workspaceId} AND "sessionId" = ${from.sessionId} AND "partId" = ${partId}`;
  }
}

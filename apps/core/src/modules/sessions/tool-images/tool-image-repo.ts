import { z } from "zod";
import type { Tx } from "../../../platform/database/database.ts";
import type { PartId } from "../../../platform/ids.ts";
import { imageMimes, type ModelImage } from "../../providers/contract.ts";
import type { SessionKey } from "../event-log-repo.ts";

const mimeSchema = z.enum(imageMimes);

/** Keeps the pictures of a call; those that stand there already stay as they are. */
export async function insertToolImages(tx: Tx, key: SessionKey, partId: PartId, images: readonly ModelImage[]): Promise<void> {
  const { workspaceId, sessionId } = key;
  await tx.toolImage.createMany({
    data: images.map(({ mime, data }, ordinal) => ({
      partId,
      ordinal,
      workspaceId,
      sessionId,
      mime,
      content: Uint8Array.from(Buffer.from(data, "base64")),
    })),
    skipDuplicates: true,
  });
}

/** The pictures of these calls, in their order, by the id of their part. */
export async function findToolImages(tx: Tx, key: SessionKey, partIds: readonly PartId[]): Promise<Map<string, ModelImage[]>> {
  const where = { workspaceId: key.workspaceId, sessionId: key.sessionId, partId: { in: [...partIds] } };
  const found = new Map<string, ModelImage[]>();
  for (const { partId, mime, content } of await tx.toolImage.findMany({ where, orderBy: [{ partId: "asc" }, { ordinal: "asc" }] })) {
    const image = { mime: mimeSchema.parse(mime), data: Buffer.from(content).toString("base64") };
    found.set(partId, [...(found.get(partId) ?? []), image]);
  }
  return found;
}

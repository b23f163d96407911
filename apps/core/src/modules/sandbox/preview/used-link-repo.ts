import type { Tx } from "../../../platform/database/database.ts";
import type { PreviewGrant } from "./preview-token.ts";

/** Uses a link up: true the first time, whichever worker is asked. */
export async function useUpLink(tx: Tx, { id, workspaceId, expiresAt }: PreviewGrant, now: Date): Promise<boolean> {
  await tx.usedPreviewLink.deleteMany({ where: { workspaceId, expiresAt: { lt: now } } });
  const data = [{ id, workspaceId, expiresAt: new Date(expiresAt) }];
  return (await tx.usedPreviewLink.createMany({ data, skipDuplicates: true })).count === 1;
}

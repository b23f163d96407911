import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import type { PartId } from "../../../platform/ids.ts";
import type { ModelImage } from "../../providers/contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { findPartImage } from "./part-image-repo.ts";

/** A picture that a prompt came with or a tool has shown. NOT_FOUND for a foreign session or picture. */
export async function getSessionImage(
  key: SessionKey,
  place: { partId: PartId; ordinal: number },
): Promise<{ mime: ModelImage["mime"]; content: Uint8Array }> {
  const found = await withTenant(key.workspaceId, (tx) => findPartImage(tx, key, place));
  if (!found) throw notFound("The picture");
  return found;
}

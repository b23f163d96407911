import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import type { ModelImage } from "../../providers/contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import type { StoredMessage } from "../message-repo.ts";
import { findToolImages } from "./tool-image-repo.ts";

/** The pictures that a model is shown again with its history, by part: those of the last calls, for each costs as much as a page of text. */
export async function shownImages(
  key: SessionKey,
  messages: readonly StoredMessage[],
): Promise<ReadonlyMap<string, readonly ModelImage[]>> {
  const withImages = messages.flatMap(({ parts }) => parts).filter((part) => part.type === "tool" && Array.isArray(part.metadata.images));
  const last = withImages.slice(-limits.tool.shownImages).map(({ id }) => id);
  return last.length === 0 ? new Map() : withTenant(key.workspaceId, (tx) => findToolImages(tx, key, last));
}

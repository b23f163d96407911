import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import type { PartId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { ModelImage } from "../../providers/contract.ts";
import type { Part } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import type { StoredMessage } from "../message-repo.ts";
import { findPartImages } from "./part-image-repo.ts";

type Images = readonly ModelImage[];

// Pictures never change: what a step has read the next one has in hand. The order is the order of their last use.
const held = new Map<string, Images>();
let heldChars = 0;

/** True for a part that has pictures beside it. */
export const hasImages = (part: Part): boolean => part.type === "image" || (part.type === "tool" && Array.isArray(part.metadata.images));

const sizesSchema = z.array(z.object({ sizeBytes: z.number() }));

function bytesOf(part: Part): number {
  if (part.type === "image") return part.sizeBytes;
  const images = part.type === "tool" ? sizesSchema.safeParse(part.metadata.images) : null;
  return images?.success ? images.data.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) : limits.tool.imageMaxBytes;
}

/** The newest of the parts that have pictures: so many of prompts, so many of calls, and together no more than a request takes. */
export function newestShown(parts: readonly Part[]): PartId[] {
  const left: Record<"image" | "tool", number> = { image: limits.image.shown, tool: limits.tool.shownImages };
  let leftBytes: number = limits.image.shownBytes;
  const shown: PartId[] = [];
  for (const part of parts.filter(hasImages).toReversed()) {
    const kind = part.type === "image" ? "image" : "tool";
    if (left[kind] === 0) continue;
    left[kind] -= 1;
    leftBytes -= bytesOf(part);
    if (leftBytes < 0) break;
    shown.unshift(part.id);
  }
  return shown;
}

/** The pictures that a model is shown again with its history, by part: the newest, for each costs as much as a page of text. */
export async function shownImages(key: SessionKey, messages: readonly StoredMessage[]): Promise<ReadonlyMap<string, Images>> {
  const last = newestShown(messages.flatMap((message) => message.parts));
  const missing = last.filter((id) => !held.has(id));
  const found: ReadonlyMap<string, Images> =
    missing.length === 0 ? new Map() : await withTenant(key.workspaceId, (tx) => findPartImages(tx, key, missing));
  const shown = new Map(
    last.flatMap((id): [PartId, Images][] => {
      const images = held.get(id) ?? found.get(id);
      return images ? [[id, images]] : [];
    }),
  );
  for (const [id, images] of shown) hold(id, images);
  return shown;
}

const sizeOf = (images: Images): number => images.reduce((sum, { data }) => sum + data.length, 0);

function hold(id: string, images: Images): void {
  if (!held.delete(id)) heldChars += sizeOf(images);
  held.set(id, images);
  for (const [oldest, others] of held) {
    if (heldChars <= limits.image.heldChars) return;
    held.delete(oldest);
    heldChars -= sizeOf(others);
  }
}

import { createKeyedStore } from "../keyed-store.ts";
import { shelvedPictures, shelvePictures } from "./picture-shelf.ts";
import type { PreparedImage } from "./prepare-image.ts";
import { withinLimits } from "./within-limits.ts";

const none: readonly PreparedImage[] = [];
const restored = new Set<string>();

/** The pictures beside each draft. */
export const draftPictures = createKeyedStore<readonly PreparedImage[]>(
  () => none,
  (key, images) => void shelvePictures(`draft:${key}`, images),
);

/** Puts pictures where a composer shows them, before those that are there. */
export function addDraftPictures(key: string, images: readonly PreparedImage[]): void {
  if (images.length === 0) return;
  const there = draftPictures.get(key);
  draftPictures.set(key, withinLimits([...images, ...there.filter((image) => !images.some((each) => each.key === image.key))]));
}

/** Brings back, once a page, what this tab had before it was loaded anew. */
export async function restoreDraftPictures(key: string): Promise<void> {
  if (restored.has(key)) return;
  restored.add(key);
  addDraftPictures(key, await shelvedPictures(`draft:${key}`));
}

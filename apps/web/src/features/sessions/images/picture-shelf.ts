import { z } from "zod";
import { requestId } from "../request-id.ts";
import { readTab, writeTab } from "../tab-storage.ts";
import type { PreparedImage } from "./prepare-image.ts";

/** Pictures that were not sent yet outlive a reload, not the day. */
const keptMs = 24 * 3_600_000;
const shelf = "pictures";

const keptSchema = z.object({
  images: z.array(z.object({ key: z.string(), name: z.string(), sizeBytes: z.number(), url: z.string().startsWith("data:image/") })),
});

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("unsent", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(shelf).createIndex("at", "at");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The database is shared by all tabs; each has drafts of its own. */
function placeOf(key: string): string {
  const tab = readTab("tab") || requestId();
  writeTab("tab", tab);
  return `${tab}/${key}`;
}

// A browser may refuse storage (private windows, quota): pictures then live as long as the page.
async function attempt<T>(work: (store: IDBObjectStore) => Promise<T>): Promise<T | null> {
  try {
    return await work((await open()).transaction(shelf, "readwrite").objectStore(shelf));
  } catch {
    return null;
  }
}

/** Keeps pictures that were not sent yet over a reload of this tab; none remove what was kept. */
export async function shelvePictures(key: string, images: readonly PreparedImage[]): Promise<void> {
  const place = placeOf(key);
  await attempt(async (store) => {
    if (images.length === 0) await done(store.delete(place));
    else await done(store.put({ at: Date.now(), images }, place));
  });
}

/** The pictures that were kept under a key. */
export async function shelvedPictures(key: string): Promise<readonly PreparedImage[]> {
  const place = placeOf(key);
  const found = await attempt(async (store) => {
    const value = await done<unknown>(store.get(place));
    const old = await done(store.index("at").getAllKeys(IDBKeyRange.upperBound(Date.now() - keptMs)));
    for (const each of old) store.delete(each);
    return value;
  });
  const kept = keptSchema.safeParse(found);
  return kept.success ? kept.data.images : [];
}

/** Removes the pictures of all tabs. */
export async function emptyShelf(): Promise<void> {
  await attempt((store) => done(store.clear()));
}

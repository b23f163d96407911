import { limits } from "@opencode/core/platform/limits.ts";
import { requestId } from "../request-id.ts";

/** A picture ready to be sent: small enough, as a data address. */
export interface PreparedImage {
  readonly key: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly url: string;
}

/** What of the pictures is sent; nothing where there are none. */
export function sentImages(images: readonly PreparedImage[]): { images?: { name: string; data: string }[] } {
  return images.length === 0 ? {} : { images: images.map(({ name, url }) => ({ name, data: url.slice(url.indexOf(",") + 1) })) };
}

const kinds = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
/** Models see no more than this; larger pictures only cost more. */
const longestEdge = 2_000;
const largeFromBytes = 1_500_000;

/** Reads a picture; one that is large, or of a kind that models don't take, is drawn anew. Throws a sentence for what is no picture. */
export async function prepareImage(file: File): Promise<PreparedImage> {
  const name = file.name.slice(0, 200) || "picture";
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new Error(`"${name}" is no picture that this browser can read.`);
  const edge = Math.max(bitmap.width, bitmap.height);
  const fits = kinds.has(file.type) && edge <= longestEdge && file.size <= largeFromBytes;
  const isKeptGif = file.type === "image/gif" && file.size <= limits.image.maxBytes && edge <= limits.image.maxEdge;
  const blob = fits || isKeptGif ? file : await redraw(bitmap, Math.min(1, longestEdge / edge));
  bitmap.close();
  if (blob.size > limits.image.maxBytes) throw new Error(`"${name}" is too large, even made smaller.`);
  return { key: requestId(), name, sizeBytes: blob.size, url: await dataUrl(blob) };
}

async function redraw(bitmap: ImageBitmap, scale: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser can't make the picture smaller.");
  // JPEG knows no transparency.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  if (!blob) throw new Error("This browser can't make the picture smaller.");
  return blob;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("The picture could not be read."));
    reader.readAsDataURL(blob);
  });
}

import { isLeftover } from "@opencode/core/modules/skills/contract.ts";
import { type UploadedFile, UploadFault } from "./uploaded-file.ts";

const endMark = 0x06_05_4b_50;
const entryMark = 0x02_01_4b_50;
const maxEntries = 1_000;
const broken = () => new UploadFault("That is no zip archive that can be read.");

/** The files of a zip archive, by its central directory; directories, and what systems and git leave in a folder, are left out. Throws UploadFault. */
export async function readZip(bytes: Uint8Array, maxBytes: number): Promise<UploadedFile[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== endMark) end--;
  if (end < 0) throw broken();
  const count = view.getUint16(end + 10, true);
  const files: UploadedFile[] = [];
  let left = maxBytes;
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entryMark) throw broken();
    const nameLength = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (!path.endsWith("/") && !isLeftover(path)) {
      if (files.length === maxEntries) throw new UploadFault(`The archive holds more than ${maxEntries} files.`);
      const content = await contentOf(bytes, view, at, left);
      left -= content.length;
      files.push({ path, content });
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

async function contentOf(bytes: Uint8Array, view: DataView, at: number, maxBytes: number): Promise<Uint8Array> {
  const [flags, method, packed, offset] = [
    view.getUint16(at + 8, true),
    view.getUint16(at + 10, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  if ((flags & 1) === 1) throw new UploadFault("The archive is encrypted.");
  if (offset + 30 > bytes.length) throw broken();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const raw = bytes.subarray(start, start + packed);
  if (raw.length !== packed) throw broken();
  if (method === 0 && packed <= maxBytes) return raw;
  if (method === 8) return inflate(raw, maxBytes);
  throw method === 0 ? tooLarge() : new UploadFault("The archive is packed in a way that is not known here.");
}

const tooLarge = () => new UploadFault("What the archive holds is too large for a skill.");

/** Counted while it comes: a few bytes can stand for gigabytes. */
async function inflate(raw: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(raw)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw broken();
    });
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const content = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}

import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInflateRaw } from "node:zlib";
import { limits } from "../../../platform/limits.ts";
import { type ArchiveEntry, damaged, refuse } from "./archive-entry.ts";

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  if (bytesRead !== bytes) throw damaged();
  return buffer;
}

/** The entries of a zip file by its central directory. Refuses encrypted ones, zip64 and other methods than stored and deflated. */
export async function* readZip(path: string): AsyncGenerator<ArchiveEntry> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
    const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (at === -1 || tail.length - at < 22 || tail.readUInt32LE(at) !== endOfDirectory) throw damaged();
    const [count, bytes, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    if (count === 0xffff || offset === 0xffffffff) throw refuse("Archives in zip64 can't be taken. Upload it as .tar.gz.");
    if (offset + bytes > size || bytes > 64 * 1024 * 1024) throw damaged();
    const directory = await readAt(file, offset, bytes);
    let next = 0;
    for (let index = 0; index < count; index++) {
      if (next + 46 > bytes || directory.readUInt32LE(next) !== directoryEntry) throw damaged();
      const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(next + field));
      const head = directory.subarray(next, next + 46);
      const name = directory.subarray(next + 46, next + 46 + (nameBytes ?? 0)).toString("utf8");
      next += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (noteBytes ?? 0);
      yield await entryOf(file, path, size, head, name);
    }
  } finally {
    await file.close();
  }
}

async function entryOf(file: FileHandle, path: string, fileSize: number, head: Buffer, name: string): Promise<ArchiveEntry> {
  const flags = head.readUInt16LE(8);
  const method = head.readUInt16LE(10);
  const [packed, sizeBytes, offset] = [head.readUInt32LE(20), head.readUInt32LE(24), head.readUInt32LE(42)];
  if ((flags & 1) !== 0) throw refuse("The archive is encrypted. Upload it without a password.");
  if (method !== 0 && method !== 8)
    throw refuse("The archive is packed in a way that can't be read here. Upload it as .tar.gz, or as a plain zip.");
  const isUnix = head.readUInt8(5) === 3;
  const mode = isUnix ? head.readUInt32LE(38) >>> 16 : 0;
  const format = mode & 0o170000;
  const isDirectory = name.endsWith("/") || format === 0o040000;
  const kind = isDirectory ? "directory" : format === 0o120000 ? "link" : format === 0 || format === 0o100000 ? "file" : "other";
  const local = await readAt(file, offset, 30);
  if (local.readUInt32LE(0) !== localEntry) throw damaged();
  const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + packed > fileSize) throw damaged();
  const content = () => unpacked(path, { start, packed, isDeflated: method === 8, sizeBytes });
  let goal: string | null = null;
  if (kind === "link") {
    const pieces: Buffer[] = [];
    if (sizeBytes > 4_096) throw damaged();
    for await (const piece of content()) pieces.push(piece);
    goal = Buffer.concat(pieces).toString("utf8");
  }
  return { path: name, kind, executable: (mode & 0o100) !== 0, sizeBytes, goal, content: kind === "file" ? content() : null };
}

/** An entry's content; what comes out may not be more than it says. */
async function* unpacked(
  path: string,
  entry: { start: number; packed: number; isDeflated: boolean; sizeBytes: number },
): AsyncGenerator<Buffer> {
  if (entry.packed === 0) return;
  const raw = createReadStream(path, { start: entry.start, end: entry.start + entry.packed - 1 });
  const source = entry.isDeflated ? raw.pipe(createInflateRaw()) : raw;
  if (source !== raw) raw.on("error", (error) => source.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of source) {
      const piece: Buffer = chunk;
      bytes += piece.length;
      if (bytes > entry.sizeBytes || bytes > limits.repository.archiveFileMaxBytes) throw damaged();
      yield piece;
    }
  } catch (error) {
    throw error instanceof Error && "code" in error && String(error.code).startsWith("Z_") ? damaged() : error;
  } finally {
    raw.destroy();
    source.destroy();
  }
}

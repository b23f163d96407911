import { closeSync, openSync, rmSync, writeSync } from "node:fs";

/**
 * A command's output: its beginning and its end are kept in memory; once it is longer than `maxBytes` the whole goes to a
 * file, up to `maxFileBytes` (the rest is counted and dropped: an endless output must fill neither memory nor disk).
 */
export class OutputBuffer {
  private head: Buffer[] = [];
  private headBytes = 0;
  private tail: Buffer[] = [];
  private tailBytes = 0;
  private total = 0;
  private fileBytes = 0;
  private descriptor: number | null = null;
  private readonly half: number;
  private readonly options: { maxBytes: number; maxFileBytes: number; file: string };

  constructor(options: { maxBytes: number; maxFileBytes: number; file: string }) {
    this.options = options;
    this.half = Math.floor(options.maxBytes / 2);
  }

  get truncated(): boolean {
    return this.total > this.options.maxBytes;
  }

  push(chunk: Buffer): void {
    const before = this.total;
    this.total += chunk.length;
    if (this.truncated) this.spill(before, chunk);
    const room = this.half - this.headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.head.push(part);
      this.headBytes += part.length;
    }
    const rest = chunk.subarray(Math.max(room, 0));
    if (rest.length > 0) this.keepTail(rest);
  }

  /** The output as it is shown: whole, or cut in the middle with a line that says how much is missing. */
  text(): string {
    const head = Buffer.concat(this.head);
    const tail = Buffer.concat(this.tail);
    if (!this.truncated) return Buffer.concat([head, tail]).toString("utf8");
    const shownTail = tail.subarray(Math.max(0, tail.length - this.half));
    const missing = this.total - head.length - shownTail.length;
    return `${trimEnd(head).toString("utf8")}\n[… ${missing} bytes left out …]\n${trimStart(shownTail).toString("utf8")}`;
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private keepTail(chunk: Buffer): void {
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    for (let first = this.tail[0]; first && this.tailBytes - first.length > this.options.maxBytes; first = this.tail[0]) {
      this.tail.shift();
      this.tailBytes -= first.length;
    }
  }

  private spill(before: number, chunk: Buffer): void {
    if (this.descriptor === null && before <= this.options.maxBytes) {
      this.descriptor = openNew(this.options.file);
      for (const part of [...this.head, ...this.tail]) this.write(part);
    }
    this.write(chunk);
  }

  private write(chunk: Buffer): void {
    const room = this.options.maxFileBytes - this.fileBytes;
    if (this.descriptor === null || room <= 0) return;
    try {
      this.fileBytes += writeSync(this.descriptor, chunk.subarray(0, room));
    } catch {
      this.close(); // a full disk must not end the agent; what is shown stays
    }
  }
}

/**
 * A file that was not there before, or null. Where commands can write beside it one may have put something in its place: a link
 * to where the next one may not write, a pipe that is never read.
 */
function openNew(file: string): number | null {
  try {
    rmSync(file, { recursive: true, force: true });
    return openSync(file, "wx", 0o644);
  } catch {
    return null; // what is shown stays
  }
}

/** Cuts a character that the limit has cut in two. */
function trimEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

function trimStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

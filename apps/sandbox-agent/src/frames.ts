export interface Frame {
  readonly head: unknown;
  readonly body: Buffer;
}

const maxHeadBytes = 4 * 1024 * 1024;
const maxBodyBytes = 64 * 1024 * 1024;
const nothing = Buffer.alloc(0);

/** Two big-endian u32 (length of the JSON head, length of the body), the head, the body. */
export function encodeFrame(head: unknown, body: Uint8Array = nothing): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.allocUnsafe(8);
  lengths.writeUInt32BE(json.length, 0);
  lengths.writeUInt32BE(body.length, 4);
  return Buffer.concat([lengths, json, body]);
}

/** Cuts a stream of bytes into frames. Throws when a length is beyond the limit: the other side is broken. */
export class FrameReader {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private needed = 8;

  push(chunk: Buffer): Frame[] {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    const frames: Frame[] = [];
    while (this.pendingBytes >= this.needed) {
      const whole = this.pending.length === 1 ? (this.pending[0] ?? nothing) : Buffer.concat(this.pending);
      const headBytes = whole.readUInt32BE(0);
      const bodyBytes = whole.readUInt32BE(4);
      if (headBytes > maxHeadBytes || bodyBytes > maxBodyBytes) throw new Error("frame too large");
      const end = 8 + headBytes + bodyBytes;
      this.pending = [whole];
      if (whole.length < end) {
        this.needed = end;
        break;
      }
      frames.push({ head: JSON.parse(whole.toString("utf8", 8, 8 + headBytes)), body: whole.subarray(8 + headBytes, end) });
      this.pending = [whole.subarray(end)];
      this.pendingBytes -= end;
      this.needed = 8;
    }
    return frames;
  }
}

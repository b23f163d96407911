const maxPieces = 1_000;

/** Cuts a stream of bytes into lines, of which it holds no more than the longest that may come: what writes them is not believed. */
export class LineSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** The lines that have ended, without their ends. Null when one is longer than allowed: there is no going on then. */
  push(chunk: Buffer): string[] | null {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      if (!this.hold(chunk.subarray(from, end))) return null;
      lines.push(Buffer.concat(this.pending).toString("utf8"));
      this.pending = [];
      this.pendingBytes = 0;
      from = end + 1;
    }
    return this.hold(chunk.subarray(from)) ? lines : null;
  }

  private hold(piece: Buffer): boolean {
    // A buffer for each byte would be many times as large as the bytes.
    if (this.pending.length > maxPieces) this.pending = [Buffer.concat(this.pending)];
    this.pending.push(piece);
    this.pendingBytes += piece.length;
    return this.pendingBytes <= this.maxBytes;
  }
}

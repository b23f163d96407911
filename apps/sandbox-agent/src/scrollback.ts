const keptBytes = 256 * 1024;

/** The end of an endless output, by its offset from the beginning: who knows an offset gets what came after it. */
export class Scrollback {
  private chunks: Buffer[] = [];
  private bytes = 0;
  private waiting = new Set<() => void>();
  /** offset of the next byte */
  end = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    this.end += chunk.length;
    for (let first = this.chunks[0]; first && this.bytes - first.length >= keptBytes; first = this.chunks[0]) {
      this.chunks.shift();
      this.bytes -= first.length;
    }
    this.wake();
  }

  /** What came after `after`, at most `maxBytes`; `offset` is beyond `after` where that is no longer kept, or 0 when it never was. */
  read(after: number, maxBytes: number): { readonly offset: number; readonly body: Buffer } {
    const first = this.end - this.bytes;
    const offset = after > this.end || after < first ? first : after;
    const whole = Buffer.concat(this.chunks);
    return { offset, body: whole.subarray(offset - first, offset - first + maxBytes) };
  }

  /** Resolves when there is something after `after`, when `wake` is called, or when the time is over. */
  async wait(after: number, timeoutMs: number): Promise<void> {
    if (this.end !== after || timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, timeoutMs);
      this.waiting.add(settle);
    });
  }

  wake(): void {
    for (const settle of [...this.waiting]) settle();
  }
}

const mark = Buffer.from("[secret]");

/** Takes secrets out of an output before anybody sees or keeps it, also where one comes in two pieces. */
export class Redactor {
  private readonly needles: readonly Buffer[];
  private readonly longest: number;
  private rest = Buffer.alloc(0);

  constructor(values: readonly string[]) {
    this.needles = values.map((value) => Buffer.from(value)).sort((a, b) => b.length - a.length);
    this.longest = this.needles[0]?.length ?? 0;
  }

  /** What can be shown now: the end, in which a secret may have begun, waits for the next piece. */
  push(chunk: Buffer): Buffer {
    const text = this.clean(Buffer.concat([this.rest, chunk]));
    const held = this.heldBytes(text);
    this.rest = Buffer.from(text.subarray(text.length - held));
    return text.subarray(0, text.length - held);
  }

  end(): Buffer {
    const { rest } = this;
    this.rest = Buffer.alloc(0);
    return rest;
  }

  private clean(text: Buffer): Buffer {
    let result = text;
    for (const needle of this.needles) {
      const parts: Buffer[] = [];
      let from = 0;
      for (let at = result.indexOf(needle); at >= 0; at = result.indexOf(needle, from)) {
        parts.push(result.subarray(from, at), mark);
        from = at + needle.length;
      }
      if (from > 0) result = Buffer.concat([...parts, result.subarray(from)]);
    }
    return result;
  }

  /** How many of the last bytes are the beginning of a secret. */
  private heldBytes(text: Buffer): number {
    for (let length = Math.min(this.longest - 1, text.length); length > 0; length -= 1) {
      const tail = text.subarray(text.length - length);
      if (this.needles.some((needle) => needle.length > length && needle.subarray(0, length).equals(tail))) return length;
    }
    return 0;
  }
}

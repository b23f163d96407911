import { type ArchiveEntry, damaged } from "./archive-entry.ts";

const block = 512;
const maxHeaderBytes = 1024 * 1024;

/** Takes exact pieces out of a stream of chunks. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }
  /** `null` at the end, when nothing is left. */
  async take(bytes: number): Promise<Buffer | null> {
    const pieces = [this.#rest];
    let length = this.#rest.length;
    while (length < bytes) {
      const next = await this.#source.next();
      if (next.done) break;
      pieces.push(next.value);
      length += next.value.length;
    }
    const whole = Buffer.concat(pieces);
    if (whole.length === 0) return null;
    if (whole.length < bytes) throw damaged();
    this.#rest = whole.subarray(bytes);
    return whole.subarray(0, bytes);
  }
  async *pieces(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.take(Math.min(left, this.#rest.length > 0 ? Math.min(this.#rest.length, left) : Math.min(left, 65_536)));
      if (!piece) throw damaged();
      left -= piece.length;
      yield piece;
    }
  }
}

const text = (header: Buffer, from: number, to: number) => {
  const field = header.subarray(from, to);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString("utf8");
};

/** Octal, or base 256 where a number is too large for it. */
function numberOf(header: Buffer, from: number, to: number): number {
  const field = header.subarray(from, to);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f);
    if (!Number.isSafeInteger(value)) throw damaged();
    return value;
  }
  const value = Number.parseInt(text(header, from, to).trim() || "0", 8);
  if (!Number.isSafeInteger(value) || value < 0) throw damaged();
  return value;
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < block; index++) sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  if (sum !== numberOf(header, 148, 156)) throw damaged();
}

function paxFields(content: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.subarray(at, space).toString("latin1"));
    if (space === -1 || !Number.isInteger(length) || length <= space - at || at + length > content.length) throw damaged();
    const record = content.subarray(space + 1, at + length - 1).toString("utf8");
    const equals = record.indexOf("=");
    if (equals > 0) fields.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return fields;
}

/** The entries of a tar archive (ustar, pax, GNU long names) as they come. Throws UNPROCESSABLE for a damaged one. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  const reader = new ByteReader(source);
  let extra = new Map<string, string>();
  for (;;) {
    const header = await reader.take(block);
    if (!header || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const declared = numberOf(header, 124, 136);
    const padding = (size: number) => (block - (size % block)) % block;
    if (type === "x" || type === "g" || type === "L" || type === "K") {
      if (declared > maxHeaderBytes) throw damaged();
      const content = (await reader.take(declared)) ?? Buffer.alloc(0);
      if (padding(declared) > 0) await reader.take(padding(declared));
      if (type === "x") for (const [name, value] of paxFields(content)) extra.set(name, value);
      if (type === "L") extra.set("path", text(content, 0, content.length));
      if (type === "K") extra.set("linkpath", text(content, 0, content.length));
      continue;
    }
    const size = Number(extra.get("size") ?? declared);
    if (!Number.isSafeInteger(size) || size < 0) throw damaged();
    const prefix = text(header, 257, 262) === "ustar" && header[263] === 48 ? text(header, 345, 500) : "";
    const name = text(header, 0, 100);
    const isFile = type === "0" || type === "\0" || type === "7";
    const kind = isFile ? "file" : type === "5" ? "directory" : type === "2" ? "link" : "other";
    let left = size;
    const content = (async function* () {
      for await (const piece of reader.pieces(size)) {
        left -= piece.length;
        yield piece;
      }
    })();
    yield {
      path: extra.get("path") ?? (prefix === "" ? name : `${prefix}/${name}`),
      kind,
      executable: (numberOf(header, 100, 108) & 0o100) !== 0,
      sizeBytes: size,
      goal: kind === "link" ? (extra.get("linkpath") ?? text(header, 157, 257)) : null,
      content: isFile ? content : null,
    };
    for await (const _piece of reader.pieces(left)) void _piece;
    if (padding(size) > 0) await reader.take(padding(size));
    extra = new Map();
  }
}

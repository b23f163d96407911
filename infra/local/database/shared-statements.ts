import { type Frame, message, text } from "./wire.ts";

/** The name, in the one backend, of each text that is kept there. */
export class SharedStatements {
  readonly #names = new Map<string, string>();
  #made = 0;

  /** The name under which a text is kept, and whether it still has to be given to the backend. */
  keep(key: string): { name: string; isNew: boolean } {
    const known = this.#names.get(key);
    if (known !== undefined) return { name: known, isNew: false };
    const name = `shared_${++this.#made}`;
    this.#names.set(key, name);
    return { name, isNew: true };
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#names.delete(key);
  }
}

const nothing = message("P", Buffer.concat([text("", ""), Buffer.alloc(2)]));
const closeNothing = message("C", Buffer.concat([Buffer.from("S"), text("shared_none")]));

/**
 * One connection's prepared statements. On the backend each text is kept once, whoever names it: what one connection
 * has had planned is planned for all, two may use a name for different texts, and connections that come and go leave none of
 * their own. It stays as long as the backend: for clients that name few texts, as ours do.
 */
export class ConnectionStatements {
  readonly #shared: SharedStatements;
  readonly #own = new Map<string, string>();
  #fresh: string[] = [];

  constructor(shared: SharedStatements) {
    this.#shared = shared;
  }

  /** A batch as the backend has to get it; to be asked only by who holds the backend, as what others keep matters. */
  translate(frames: readonly Frame[]): Buffer {
    this.#fresh = [];
    return Buffer.concat(frames.map((frame) => this.#translateFrame(frame)));
  }

  /** The batch has failed: what it would have kept may not be there. */
  fail(): void {
    this.#shared.forget(this.#fresh);
  }

  #translateFrame({ type, bytes }: Frame): Buffer {
    const start = nameStart(type, bytes);
    const end = bytes.indexOf(0, start);
    // Statements without a name are gone with their batch.
    if (start === 0 || end === start) return bytes;
    const name = bytes.toString("utf8", start, end);
    if (type === "P") return this.#parse(name, bytes.subarray(end + 1));
    if (type === "C") return this.#own.delete(name) ? closeNothing : bytes;
    return message(type, Buffer.concat([bytes.subarray(5, start), Buffer.from(this.#own.get(name) ?? name), bytes.subarray(end)]));
  }

  /** What is kept already is answered like anything that was parsed: by parsing nothing. */
  #parse(name: string, statement: Buffer): Buffer {
    const key = statement.toString("latin1");
    const kept = this.#shared.keep(key);
    this.#own.set(name, kept.name);
    if (!kept.isNew) return nothing;
    this.#fresh.push(key);
    return message("P", Buffer.concat([text(kept.name), statement]));
  }
}

/** Where a message names a statement; 0 when it doesn't. */
function nameStart(type: string, bytes: Buffer): number {
  if (type === "P") return 5;
  if (type === "B") return bytes.indexOf(0, 5) + 1;
  return (type === "D" || type === "C") && bytes.readUInt8(5) === 0x53 ? 6 : 0;
}

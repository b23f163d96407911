import { createHash, randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID of this time (epoch ms) and ten bytes of randomness; `index` is added to the randomness, for the n-th of a batch. */
export function ulid(timeMs: number, entropy: Uint8Array = randomBytes(10), index = 0): string {
  let text = "";
  let time = timeMs;
  for (let position = 0; position < 10; position += 1) {
    text = alphabet.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  let value = BigInt(index);
  for (let position = 0; position < 10; position += 1) value += BigInt(entropy[position] ?? 0) << BigInt(8 * (9 - position));
  let random = "";
  for (let position = 0; position < 16; position += 1) {
    random = alphabet.charAt(Number(value & 31n)) + random;
    value >>= 5n;
  }
  return text + random;
}

/** Id of a queue item, as the server writes it: base 36, about 13 characters. */
export function newJobId(): string {
  return BigInt(`0x${randomBytes(8).toString("hex")}`).toString(36);
}

/** The same text always gives the same UUID: ids of apps and functions survive a new database. */
export function stableUuid(text: string): string {
  const hex = createHash("sha1").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

const maxKeyChars = 512;

/** A key that Postgres can index: without NUL and lone surrogates, and replaced by its hash when it is longer. */
export function boundedKey(key: string): string {
  const text = key.replaceAll("\u0000", "\ufffd").toWellFormed();
  return text.length <= maxKeyChars ? text : `sha1:${sha1(text)}`;
}

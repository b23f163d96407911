import { createHash } from "node:crypto";
import { limits } from "../limits.ts";

const minuteMs = 60_000;
const minuteBits = 2 ** 27;

/**
 * Keys that started a run within the last day. Kept as 78 bits of a hash with the minute, about 50 bytes a key:
 * the answer is needed synchronously, and the strings themselves would be most of the engine's memory.
 */
export class IdempotencyKeys {
  readonly #seen = new Map<number, number>();

  /** True when the key has been used within the period; otherwise notes it as used. */
  isUsed(key: string, nowMs: number): boolean {
    const { bucket, check } = this.#hash(key);
    const minute = Math.floor(nowMs / minuteMs);
    const known = this.#seen.get(bucket);
    if (
      known !== undefined &&
      Math.floor(known / minuteBits) === check &&
      minute - (known % minuteBits) < limits.events.dedupeMs / minuteMs
    )
      return true;
    this.#seen.delete(bucket);
    this.#seen.set(bucket, check * minuteBits + minute);
    this.#forgetOldest(minute);
    return false;
  }

  get size(): number {
    return this.#seen.size;
  }

  #forgetOldest(minute: number): void {
    for (const [bucket, entry] of this.#seen) {
      const isOld = minute - (entry % minuteBits) >= limits.events.dedupeMs / minuteMs;
      if (!isOld && this.#seen.size <= limits.idempotency.maxRemembered) return;
      this.#seen.delete(bucket);
    }
  }

  #hash(key: string): { bucket: number; check: number } {
    const digest = createHash("sha1").update(key).digest();
    return { bucket: digest.readUIntBE(0, 6), check: digest.readUInt32BE(8) >>> 6 };
  }
}

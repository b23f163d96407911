import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import {
  deleteIdempotencyRecord,
  deleteIdempotencyRecordsBefore,
  findIdempotencyRecord,
  type IdempotencyKey,
  insertIdempotencyClaim,
  renewIdempotencyClaim,
  saveIdempotentAnswer,
} from "./repo-idempotency.ts";

/** An answer as it is kept: the body is the JSON text itself, so that a replay is the same byte for byte. */
export interface IdempotentAnswer {
  readonly status: number;
  readonly bodyJson: string;
}

const { idempotencyRetentionMs, idempotencyClaimMs } = limits.rest;

/** The kept answer, or null when this request now holds the key and is to be worked on. */
async function claim(id: IdempotencyKey, requestHash: string): Promise<IdempotentAnswer | null> {
  const now = systemClock.now();
  return withTenant(id.workspaceId, async (tx) => {
    await deleteIdempotencyRecordsBefore(tx, id.workspaceId, new Date(now.getTime() - idempotencyRetentionMs));
    if (await insertIdempotencyClaim(tx, { ...id, requestHash, createdAt: now })) return null;
    const record = await findIdempotencyRecord(tx, id);
    if (record && record.requestHash !== requestHash) {
      throw new AppError("UNPROCESSABLE", "This Idempotency-Key was used with another request. Take a new key for a new request.");
    }
    if (record && record.status !== null) return { status: record.status, bodyJson: String(record.body) };
    const isDead = record && now.getTime() - record.createdAt.getTime() >= idempotencyClaimMs;
    if (isDead && (await renewIdempotencyClaim(tx, id, record.createdAt, now))) return null;
    throw new AppError("CONFLICT", "The first request with this Idempotency-Key is still being worked on. Try again in a second.", {
      retryAfterSeconds: 1,
    });
  });
}

/**
 * Does the work once for each key and gives everybody the first answer. UNPROCESSABLE for another request with the
 * same key, CONFLICT while the first one runs. An answer of our own failure (5xx, or a throw) is not kept.
 */
export async function runIdempotent(
  id: IdempotencyKey,
  requestHash: string,
  work: () => Promise<IdempotentAnswer>,
): Promise<IdempotentAnswer & { replayed: boolean }> {
  const kept = await claim(id, requestHash);
  if (kept) return { ...kept, replayed: true };
  try {
    const answer = await work();
    await withTenant(id.workspaceId, (tx) =>
      answer.status >= 500 ? deleteIdempotencyRecord(tx, id) : saveIdempotentAnswer(tx, id, answer),
    );
    return { ...answer, replayed: false };
  } catch (error) {
    await withTenant(id.workspaceId, (tx) => deleteIdempotencyRecord(tx, id));
    throw error;
  }
}

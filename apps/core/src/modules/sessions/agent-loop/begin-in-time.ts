import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import type { BeginningCall } from "./begin-known-call.ts";

/**
 * A call that begins together with its message saves a write, and nothing else: an answer that is paid for neither waits
 * long for it nor fails with it. Null: the call is judged when it is made.
 */
export function inTime(judging: Promise<BeginningCall | null>): Promise<BeginningCall | null> {
  const judged = judging.catch((err: unknown) => {
    logger.debug({ err }, "turn: a call could not be judged yet");
    return null;
  });
  return Promise.race([judged, sleep(limits.turn.beginEarlyMs, null, { ref: false })]);
}

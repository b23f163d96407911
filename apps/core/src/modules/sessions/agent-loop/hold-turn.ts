import { systemClock } from "../../../platform/clock.ts";
import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { listenLive, liveSource } from "../../../platform/live/live-hub.ts";
import { logger } from "../../../platform/logger.ts";
import { sessionTopic } from "../change-session.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { StepWriter } from "./step-writer.ts";
import { holdsFence, isTurnOver, releaseTurn } from "./turn-repo.ts";

/** What a step works with while its turn is its own. */
export interface HeldTurn {
  readonly key: WriterKey;
  readonly writer: StepWriter;
  /** fires when the turn is not this process's any more: it was stopped, or somebody else took it over */
  readonly signal: AbortSignal;
  /** fires when the turn has ended: what runs for it has to be killed; who took it over would still want it */
  readonly stopped: AbortSignal;
  /** true when the fence is lost: the step ends without a word */
  isLost(): boolean;
}

export type Lost = { readonly outcome: "lost" };
export const lost: Lost = { outcome: "lost" };

const held = new Set<WriterKey>();
let isDraining = false;

/**
 * Runs a step's work under the turn's fence: says every few seconds that its holder lives, and looks several times a
 * second (at once after a hint) whether it still is the holder. An abort reaches commands and streams by `signal`.
 */
export async function holdTurn<T>(key: WriterKey, work: (turn: HeldTurn) => Promise<T>): Promise<T | Lost> {
  if (isDraining) throw new Error("this worker is stopping; another one takes the step");
  const [left, stopped] = [new AbortController(), new AbortController()];
  let isLost = false;
  const lose = async () => {
    if (isLost) return;
    isLost = true;
    const hasEnded = await withTenant(key.workspaceId, (tx) => isTurnOver(tx, key)).catch(() => false);
    if (hasEnded) stopped.abort(new Error("the turn was stopped"));
    left.abort(new Error("the turn was stopped or taken over"));
  };
  const stopWatching = watch(key, () => void lose());
  held.add(key);
  const writer = new StepWriter(key, () => void lose());
  try {
    const result = await work({ key, writer, signal: left.signal, stopped: stopped.signal, isLost: () => isLost });
    await writer.close();
    return isLost ? lost : result;
  } catch (error) {
    if (isLost) return lost;
    throw error;
  } finally {
    stopWatching();
    held.delete(key);
    await writer.close();
  }
}

function watch(key: WriterKey, lose: () => void): () => void {
  let lastBeatMs = systemClock.monotonicMs();
  let isChecking = false;
  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    try {
      const isDue = systemClock.monotonicMs() - lastBeatMs >= limits.turn.heartbeatMs;
      if (isDue) lastBeatMs = systemClock.monotonicMs();
      if (!(await withTenant(key.workspaceId, (tx) => holdsFence(tx, key, isDue ? new Date() : null)))) lose();
    } catch (error) {
      logger.debug({ err: error, turnId: key.turnId }, "turn: the database did not answer a heartbeat");
    } finally {
      isChecking = false;
    }
  };
  const timer = setInterval(() => void check(), limits.turn.abortCheckMs);
  const stopListening = listenLive(sessionTopic(key.sessionId), (hint) => {
    if (hint.source !== liveSource()) void check();
  });
  return () => {
    clearInterval(timer);
    stopListening();
  };
}

/**
 * Takes no more steps and frees the turns of those that run, so that another worker goes on with them at once. Commands
 * run on in their sandbox, where the other one finds them by their call id.
 */
export async function drainTurns(): Promise<void> {
  isDraining = true;
  await Promise.allSettled([...held].map((key) => withTenant(key.workspaceId, (tx) => releaseTurn(tx, key))));
}

import { systemClock } from "../../../platform/clock.ts";
import type { MessageId, TurnId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import type { WriterKey } from "../event-log-repo.ts";
import type { Lost } from "./hold-turn.ts";
import { updateDiff } from "./update-diff.ts";

interface Entry {
  /** grows with each call that may write: what was looked at meanwhile is nobody's state */
  generation: number;
  messageId: MessageId;
  /** up to which generation the log shows what was changed */
  shown: number;
  isWorking: boolean;
  lastMs: number;
  tookMs: number;
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
}

const entries = new Map<TurnId, Entry>();

/** Says that calls of this message are about to change files: a look that is under way is not taken. */
export function beginChanges(key: WriterKey, messageId: MessageId): void {
  const known = entries.get(key.turnId);
  if (known?.timer) clearTimeout(known.timer);
  const fresh = {
    generation: 0,
    messageId,
    shown: 0,
    isWorking: true,
    lastMs: Number.NEGATIVE_INFINITY,
    tookMs: 0,
    timer: null,
    running: null,
  };
  const entry = known ?? fresh;
  entries.set(key.turnId, entry);
  Object.assign(entry, { generation: entry.generation + 1, messageId, isWorking: true, timer: null });
}

/** The calls have ended: while the model thinks about them, and not too often, it is looked what they have changed. */
export function endChanges(key: WriterKey): void {
  const entry = entries.get(key.turnId);
  if (!entry) return;
  entry.isWorking = false;
  // A look that takes long, in a large work tree or on a busy machine, comes less often.
  const spacingMs = Math.max(limits.turn.diffSpacingMs, entry.tookMs * limits.turn.diffShare);
  const waitMs = Math.max(0, spacingMs - (systemClock.monotonicMs() - entry.lastMs));
  entry.timer = setTimeout(() => void look(key, entry), waitMs).unref();
}

/**
 * At the end of a turn, or where somebody waits for what it changed: nothing stays unseen. `messageId` is the last
 * message whose calls may have written; a process that has just taken the turn over knows nothing of them and looks anew.
 */
export async function settleChanges(key: WriterKey, messageId: MessageId): Promise<{ outcome: "done" } | Lost> {
  const entry = entries.get(key.turnId);
  entries.delete(key.turnId);
  if (entry?.timer) clearTimeout(entry.timer);
  await entry?.running;
  if (entry && entry.shown === entry.generation) return { outcome: "done" };
  return updateDiff(key, messageId);
}

/** Drops what is planned for a turn that is not this process's any more. */
export function forgetChanges(turnId: TurnId): void {
  const timer = entries.get(turnId)?.timer;
  if (timer) clearTimeout(timer);
  entries.delete(turnId);
}

async function look(key: WriterKey, entry: Entry): Promise<void> {
  entry.timer = null;
  if (entry.running || entry.isWorking || entry.shown === entry.generation) return;
  const { generation, messageId } = entry;
  const isQuiet = () => entry.generation === generation;
  const startedMs = systemClock.monotonicMs();
  entry.running = updateDiff(key, messageId, isQuiet).then(
    (result) => {
      if (result.outcome === "done" && isQuiet()) entry.shown = generation;
    },
    (error: unknown) => logger.debug({ err: error, turnId: key.turnId }, "turn: what it changed is looked at again later"),
  );
  await entry.running;
  entry.running = null;
  entry.lastMs = systemClock.monotonicMs();
  entry.tookMs = entry.lastMs - startedMs;
  // Calls have come and ended meanwhile.
  if (!isQuiet() && !entry.isWorking && entries.get(key.turnId) === entry && !entry.timer) endChanges(key);
}

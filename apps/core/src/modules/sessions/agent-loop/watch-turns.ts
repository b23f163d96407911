import { systemClock } from "../../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { listenLive, liveSource } from "../../../platform/live/live-hub.ts";
import { logger } from "../../../platform/logger.ts";
import { sessionTopic } from "../change-session.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { beat, readFences } from "./turn-repo.ts";

type Loss = "stopped" | "taken over";
interface Watched {
  readonly key: WriterKey;
  readonly onLost: (loss: Loss) => void;
  isWorking(): boolean;
}

const reason = "one look a moment at the fences of all turns that this process holds";
const watched = new Set<Watched>();
let timer: NodeJS.Timeout | null = null;
let lastBeatMs = 0;
let isChecking = false;
let again = false;

/**
 * Looks several times a second (at once after a hint) whether this process still holds its turns, all of them in one
 * query, and says every few seconds that it lives. Answers how to stop watching this one.
 */
export function watchTurn(turn: Watched): () => void {
  watched.add(turn);
  timer ??= setInterval(() => void check(), limits.turn.abortCheckMs);
  const stopListening = listenLive(sessionTopic(turn.key.sessionId), (hint) => {
    if (hint.source !== liveSource()) void check();
  });
  return () => {
    watched.delete(turn);
    stopListening();
    if (watched.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  };
}

async function check(): Promise<void> {
  again = isChecking;
  if (isChecking || watched.size === 0) return;
  isChecking = true;
  try {
    const turns = [...watched];
    const nowMs = systemClock.monotonicMs();
    const isDue = nowMs - lastBeatMs >= limits.turn.heartbeatMs;
    const working = turns.filter((turn) => turn.isWorking()).map(({ key }) => key);
    const rows = await dangerouslyAcrossTenants(reason, async (tx) => {
      if (isDue && working.length > 0) await beat(tx, working, new Date());
      return readFences(
        tx,
        turns.map(({ key }) => key.turnId),
      );
    });
    if (isDue) lastBeatMs = nowMs;
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const turn of turns) tell(turn, found.get(turn.key.turnId));
  } catch (error) {
    logger.debug({ err: error }, "turn: the database did not answer a heartbeat");
  } finally {
    isChecking = false;
    if (again) {
      again = false;
      void check();
    }
  }
}

function tell(turn: Watched, row: { fence: number; state: string } | undefined): void {
  const isOver = !row || !["queued", "running", "waiting"].includes(row.state);
  if (isOver) turn.onLost("stopped");
  else if (row.fence !== turn.key.fence || row.state === "queued") turn.onLost("taken over");
}

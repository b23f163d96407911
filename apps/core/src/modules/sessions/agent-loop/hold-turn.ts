import { withTenant } from "../../../platform/database/database.ts";
import type { TurnId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { restSandbox } from "./held-sandbox.ts";
import { StepWriter } from "./step-writer.ts";
import { readFences, releaseTurn } from "./turn-repo.ts";
import { watchTurn } from "./watch-turns.ts";

/** What a step works with while its turn is its own. */
export interface HeldTurn {
  readonly key: WriterKey;
  readonly writer: StepWriter;
  /** fires when the turn is not this process's any more: it was stopped, or somebody else took it over */
  readonly signal: AbortSignal;
  /** fires when the turn has ended: what runs for it has to be killed; who took it over would still want it */
  readonly stopped: AbortSignal;
  /** calls whose begin is in the log and that this process has not run yet; another one finds them in the sandbox's journal */
  readonly begun: Set<string>;
  /** true when the fence is lost: the step ends without a word */
  isLost(): boolean;
}

export type Lost = { readonly outcome: "lost" };
export const lost: Lost = { outcome: "lost" };

interface Hold {
  readonly turn: HeldTurn;
  users: number;
  linger: NodeJS.Timeout | null;
  readonly lose: (loss: "stopped" | "taken over") => void;
  readonly close: () => void;
}

const holds = new Map<TurnId, Hold>();
let isDraining = false;

/**
 * Runs a step's work under the turn's fence. The turn stays in this process's hand from one step to the next, with its
 * writer; while it does, the process says that it lives and hears of an abort, which reaches commands and streams by `signal`.
 */
export async function holdTurn<T>(key: WriterKey, work: (turn: HeldTurn) => Promise<T>): Promise<T | Lost> {
  if (isDraining) throw new Error("this worker is stopping; another one takes the step");
  const hold = take(key);
  const { turn } = hold;
  try {
    const result = await work(turn);
    return turn.isLost() ? lost : result;
  } catch (error) {
    if (turn.isLost()) return lost;
    // The next step begins with what the database says.
    if (hold.users === 1) hold.close();
    throw error;
  } finally {
    turn.writer.flush();
    hold.users -= 1;
    if (hold.users === 0) hold.linger = setTimeout(() => leave(hold), limits.turn.lingerMs).unref();
  }
}

/** Nobody has come back: the turn waits for somebody, or goes on in another process, or not at all. Its sandbox may sleep. */
function leave(hold: Hold): void {
  hold.close();
  const { key } = hold.turn;
  if ([...holds.values()].every(({ turn }) => turn.key.sessionId !== key.sessionId)) restSandbox(key);
}

/** Writes what is left and lets go of a turn: its run has ended. */
export async function letGoOfTurn(key: WriterKey): Promise<void> {
  const hold = holds.get(key.turnId);
  if (!hold || hold.turn.key.fence !== key.fence) return;
  await hold.turn.writer.close();
  hold.close();
}

function take(key: WriterKey): Hold {
  const known = holds.get(key.turnId);
  if (known && known.turn.key.fence === key.fence && !known.turn.isLost() && !known.turn.writer.hasFailed) {
    known.users += 1;
    if (known.linger) clearTimeout(known.linger);
    return known;
  }
  const hold = open(key);
  // Of two that work on the same turn in one process, the one with the older fence is not meant any more.
  if (known && known.turn.key.fence > key.fence) return hold;
  if (known && known.turn.key.fence < key.fence) known.lose("taken over");
  holds.set(key.turnId, hold);
  return hold;
}

function open(key: WriterKey): Hold {
  const [left, stopped] = [new AbortController(), new AbortController()];
  let isLost = false;
  const lose = (loss: "stopped" | "taken over") => {
    if (isLost) return;
    isLost = true;
    if (loss === "stopped") stopped.abort(new Error("the turn was stopped"));
    left.abort(new Error("the turn was stopped or taken over"));
    if (hold.users === 0) leave(hold);
    else hold.close();
  };
  const writer = new StepWriter(key, () => {
    // The writer was refused: by whom, the row says.
    readLoss(key).then(lose, () => lose("taken over"));
  });
  const stopWatching = watchTurn({ key, onLost: lose, isWorking: () => hold.users > 0 });
  const hold: Hold = {
    turn: { key, writer, signal: left.signal, stopped: stopped.signal, begun: new Set(), isLost: () => isLost || writer.isLost },
    users: 1,
    linger: null,
    lose,
    close: () => {
      if (hold.linger) clearTimeout(hold.linger);
      stopWatching();
      if (holds.get(key.turnId) === hold) holds.delete(key.turnId);
    },
  };
  return hold;
}

async function readLoss(key: WriterKey): Promise<"stopped" | "taken over"> {
  const [row] = await withTenant(key.workspaceId, (tx) => readFences(tx, [key.turnId]));
  return row && ["queued", "running", "waiting"].includes(row.state) ? "taken over" : "stopped";
}

/**
 * Takes no more steps and frees the turns of those that run, so that another worker goes on with them at once. Commands
 * run on in their sandbox, where the other one finds them by their call id.
 */
export async function drainTurns(): Promise<void> {
  isDraining = true;
  await Promise.allSettled([...holds.values()].map(({ turn: { key } }) => withTenant(key.workspaceId, (tx) => releaseTurn(tx, key))));
}

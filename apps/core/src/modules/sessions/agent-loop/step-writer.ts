import { systemClock } from "../../../platform/clock.ts";
import type { PartId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { changeSession, type SessionChange } from "../change-session.ts";
import type { SessionEventBody } from "../contract.ts";
import type { WriterKey } from "../event-log-repo.ts";

type DeltaField = "text" | "output";
/** Something in the same transaction, after the events. */
type Also = (change: SessionChange) => Promise<void>;
/** The same before the events; answers events that come after them, or null when it has found the fence lost. */
type Before = (change: SessionChange) => Promise<readonly SessionEventBody[] | null>;
interface Entry {
  readonly bodies: readonly SessionEventBody[];
  readonly also: Also | null;
  readonly before: Before | null;
  readonly settle: { resolve: (isWritten: boolean) => void; reject: (error: unknown) => void };
}

/**
 * The one who writes a turn's events while a step runs: in order, one transaction at a time, whatever gathers during
 * one goes with the next. What nobody waits for (`push`) stays for `pushBatchMs`, so that the events of one moment share
 * a transaction; text that streams waits for `deltaBatchMs` at most. When the turn's fence is lost it says
 * so (`write` answers false, `onLost` is called once) and writes nothing more.
 */
export class StepWriter {
  readonly #key: WriterKey;
  readonly #onLost: () => void;
  #queue: Entry[] = [];
  #deltas: { partId: PartId; field: DeltaField; delta: string }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #pushTimer: NodeJS.Timeout | null = null;
  #isDraining = false;
  #drained: Promise<void> | null = null;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #isLost = false;
  #failure: { error: unknown } | null = null;

  constructor(key: WriterKey, onLost: () => void) {
    this.#key = key;
    this.#onLost = onLost;
  }

  /** True when the fence was found lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** True when a write has failed: every later one fails too. */
  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Appends events after everything that was handed in before, with `before` and `also` in the same transaction. False: the fence is lost. */
  write(bodies: readonly SessionEventBody[], also: Also | null = null, before: Before | null = null): Promise<boolean> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    if (this.#isLost) return Promise.resolve(false);
    const written = this.#enqueue(bodies, also, before);
    this.#start();
    return written;
  }

  /** The same without waiting; a failure shows at the next `write`. */
  push(bodies: readonly SessionEventBody[]): void {
    if (this.#failure || this.#isLost) return;
    this.#enqueue(bodies, null, null).catch(() => undefined);
    this.#pushTimer ??= setTimeout(() => this.#start(), limits.eventLog.pushBatchMs);
  }

  /** Text for a part that has begun. */
  delta(partId: PartId, field: DeltaField, delta: string): void {
    if (delta === "") return;
    const last = this.#deltas.at(-1);
    if (last && last.partId === partId && last.field === field && last.delta.length < limits.eventLog.deltaMaxChars) last.delta += delta;
    else this.#deltas.push({ partId, field, delta });
    // The model's first words go out at once, what follows gathers. A command's output gathers from the start: most
    // commands end in the same moment, and then the result holds it.
    const sinceMs = field === "text" ? systemClock.monotonicMs() - this.#flushedMs : 0;
    this.#timer ??= setTimeout(() => this.flush(), Math.max(0, limits.eventLog.deltaBatchMs - sinceMs));
  }

  /** Begins to write what has gathered, without waiting for it. */
  flush(): void {
    if (this.#deltas.length > 0 || this.#queue.length > 0) this.write([]).catch(() => undefined);
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    await this.write([]).catch(() => undefined);
    await this.#drained;
  }

  #enqueue(bodies: readonly SessionEventBody[], also: Also | null, before: Before | null): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ bodies: [...this.#takeDeltas(bodies), ...bodies], also, before, settle: { resolve, reject } });
    });
  }

  /** What has gathered; text of parts that `bodies` hold whole is not needed any more. */
  #takeDeltas(bodies: readonly SessionEventBody[]): SessionEventBody[] {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#deltas.length > 0) this.#flushedMs = systemClock.monotonicMs();
    const whole = new Set<string>(bodies.flatMap((body) => (body.type === "part.updated" ? [body.data.part.id] : [])));
    const taken = this.#deltas.filter(({ partId }) => !whole.has(partId));
    this.#deltas = [];
    return taken.map((data) => ({ type: "part.delta", data }));
  }

  #start(): void {
    if (this.#pushTimer) clearTimeout(this.#pushTimer);
    this.#pushTimer = null;
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#drained = this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        const isWritten = !this.#isLost && (await this.#commit(batch));
        if (!isWritten && !this.#isLost) this.#lose();
        for (const entry of batch) entry.settle.resolve(isWritten);
      } catch (error) {
        this.#failure = { error };
        for (const entry of [...batch, ...this.#queue]) entry.settle.reject(error);
        this.#queue = [];
      }
    }
    // In the same moment as the last look at the queue: what is handed in from now on starts anew.
    this.#isDraining = false;
  }

  async #commit(batch: readonly Entry[]): Promise<boolean> {
    if (batch.every((entry) => entry.bodies.length === 0 && !entry.also && !entry.before)) return true;
    return changeSession(this.#key, async (change) => {
      const bodies: SessionEventBody[] = [];
      for (const entry of batch) {
        const more = entry.before ? await entry.before(change) : [];
        if (more === null) return false;
        bodies.push(...entry.bodies, ...more);
      }
      if (!(await change.appendFenced(this.#key, withoutSuperseded(bodies)))) return false;
      for (const entry of batch) await entry.also?.(change);
      return true;
    });
  }

  #lose(): void {
    this.#isLost = true;
    this.#onLost();
  }
}

/** A part that is written twice in one go is written as it stands at the end; one that is taken back in the same go never was. */
function withoutSuperseded(bodies: readonly SessionEventBody[]): SessionEventBody[] {
  const last = new Map<string, number>();
  const removed = new Map<string, number>();
  bodies.forEach((body, index) => {
    if (body.type === "part.updated") last.set(body.data.part.id, index);
    if (body.type === "parts.removed") for (const id of body.data.partIds) removed.set(id, index);
  });
  return bodies.filter((body, index) => {
    if (body.type === "part.delta") return index > (removed.get(body.data.partId) ?? -1);
    if (body.type !== "part.updated") return true;
    const { id } = body.data.part;
    return index === last.get(id) && index > (removed.get(id) ?? -1);
  });
}

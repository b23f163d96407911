import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import type { LiveHint } from "../../../platform/live/live-hint.ts";
import { listenLive } from "../../../platform/live/live-hub.ts";
import { startListening } from "../../../platform/live/start-listening.ts";
import { logger } from "../../../platform/logger.ts";
import { sessionTopic } from "../change-session.ts";
import type { EncodedEvent } from "../event-encoding.ts";
import { readEncodedEvents, readLastSeq, type SessionKey } from "../event-log-repo.ts";
import { toFrame } from "./sse-frame.ts";

export interface FeedViewer {
  /** one or more events as SSE bytes; the same array for every viewer: never change it */
  onFrame(frame: Uint8Array, lastSeq: number): void;
  /** the feed is over for this viewer (its session is gone) */
  onClose(): void;
}

/** A viewer whose replay is under way keeps what comes live until it is its turn. */
interface Seat {
  readonly viewer: FeedViewer;
  readonly after: number;
  held: Batch[] | null;
}

interface Batch {
  readonly events: readonly EncodedEvent[];
  readonly frame: Uint8Array;
}

/**
 * One session's log in one process, read once and encoded once for all of its viewers. It follows hints, and its own
 * poll while somebody watches, so that a lost hint costs a second and never an event.
 */
export class SessionFeed {
  readonly #key: SessionKey;
  readonly #seats = new Set<Seat>();
  readonly #replays = new Map<number, Promise<EncodedEvent[]>>();
  readonly #stop: (() => void)[] = [];
  #lastSeq = 0;
  #isPumping = false;
  #pumpAgain = false;

  private constructor(key: SessionKey) {
    this.#key = key;
  }

  /** Listens first and reads the log's end then: what comes in between is not lost. NOT_FOUND for a foreign session. */
  static async open(key: SessionKey): Promise<SessionFeed> {
    const feed = new SessionFeed(key);
    startListening();
    let isOpen = false;
    feed.#stop.push(
      listenLive(sessionTopic(key.sessionId), (hint) => {
        if (hint.workspaceId === key.workspaceId && isOpen) feed.#hear(hint);
      }),
    );
    const lastSeq = await withTenant(key.workspaceId, (tx) => readLastSeq(tx, key));
    if (lastSeq === null) {
      feed.close();
      throw notFound("The session");
    }
    feed.#lastSeq = lastSeq;
    isOpen = true;
    const poll = setInterval(() => void feed.#pump(), limits.live.safetyPollMs);
    feed.#stop.push(() => clearInterval(poll));
    // A hint that came while the end was read.
    void feed.#pump();
    return feed;
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0;
  }

  /** Everything after `after`, then everything that comes: each event once, in order. Answers how to leave. */
  join(after: number, viewer: FeedViewer): () => void {
    const seat: Seat = { viewer, after, held: [] };
    this.#seats.add(seat);
    void this.#replay(seat, this.#lastSeq);
    return () => this.#seats.delete(seat);
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
    for (const seat of this.#seats) seat.viewer.onClose();
    this.#seats.clear();
  }

  /** What stands between `after` and the feed's position at the time of joining; viewers who come together share one read. */
  async #replay(seat: Seat, until: number): Promise<void> {
    let position = seat.after;
    try {
      while (position < until) {
        const page = (await this.#readShared(position)).filter((event) => event.seq <= until);
        const last = page.at(-1);
        if (!last) break;
        seat.viewer.onFrame(toFrame(page), last.seq);
        position = last.seq;
      }
    } catch (error) {
      logger.warn({ err: error, sessionId: this.#key.sessionId }, "feed: a replay failed; its viewer has to come again");
      if (this.#seats.delete(seat)) seat.viewer.onClose();
      return;
    }
    const held = seat.held ?? [];
    seat.held = null;
    for (const batch of held) this.#deliver(seat, batch);
  }

  #readShared(after: number): Promise<EncodedEvent[]> {
    const running = this.#replays.get(after);
    if (running) return running;
    const started = this.#read(after).finally(() => this.#replays.delete(after));
    this.#replays.set(after, started);
    return started;
  }

  #read(after: number): Promise<EncodedEvent[]> {
    return withTenant(this.#key.workspaceId, (tx) => readEncodedEvents(tx, this.#key, after, limits.eventLog.pageSize));
  }

  #hear(hint: LiveHint): void {
    if (hint.seq <= this.#lastSeq) return;
    const news = hint.items.filter((item) => item.seq > this.#lastSeq);
    // Without a gap to what was sent last, and nothing being read: no query needed.
    if (!this.#isPumping && news[0]?.seq === this.#lastSeq + 1) this.#send(news);
    else void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#isPumping = true;
    try {
      do {
        this.#pumpAgain = false;
        const page = await this.#read(this.#lastSeq);
        this.#send(page);
        if (page.length === limits.eventLog.pageSize) this.#pumpAgain = true;
      } while (this.#pumpAgain);
    } catch (error) {
      logger.debug({ err: error, sessionId: this.#key.sessionId }, "feed: a read failed; the next poll tries again");
    } finally {
      this.#isPumping = false;
    }
  }

  #send(events: readonly EncodedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    this.#lastSeq = last.seq;
    const batch = { events, frame: toFrame(events) };
    for (const seat of this.#seats) {
      if (seat.held) seat.held.push(batch);
      else this.#deliver(seat, batch);
    }
  }

  // A viewer may be ahead of the feed, which has not heard yet of what he read elsewhere.
  #deliver(seat: Seat, batch: Batch): void {
    const [first, last] = [batch.events[0], batch.events.at(-1)];
    if (!first || !last || last.seq <= seat.after) return;
    const frame = first.seq > seat.after ? batch.frame : toFrame(batch.events.filter((event) => event.seq > seat.after));
    seat.viewer.onFrame(frame, last.seq);
  }
}

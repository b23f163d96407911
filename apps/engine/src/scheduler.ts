import { Heap } from "./heap.ts";
import { type Item, isEnded } from "./run/run.ts";

interface Waiting {
  readonly item: Item;
  readonly score: number;
  readonly sequence: number;
}

interface Slot {
  used: number;
  readonly waiting: Heap<Waiting>;
}

const byScore = (a: Waiting, b: Waiting): number => a.score - b.score || a.sequence - b.sequence;

/** Orders the items that are due and hands them out within the concurrency limits; a slot is held while the SDK is called. */
export class Scheduler {
  readonly #ready = new Heap<Waiting>(byScore);
  readonly #slots = new Map<string, Slot>();
  readonly #maxInFlight: number;
  readonly #execute: (item: Item) => Promise<void>;
  #inFlight = 0;
  #sequence = 0;
  #isPumping = false;
  #isPaused = true;

  constructor(maxInFlight: number, execute: (item: Item) => Promise<void>) {
    this.#maxInFlight = maxInFlight;
    this.#execute = execute;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Items that are due and wait for a slot. */
  get backlog(): number {
    let count = this.#ready.size;
    for (const slot of this.#slots.values()) count += slot.waiting.size;
    return count;
  }

  /** Takes an item that is due. */
  offer(item: Item): void {
    this.#sequence += 1;
    this.#ready.push({ item, score: item.dueMs - item.run.priorityMs, sequence: this.#sequence });
    this.#pump();
  }

  /** Begins to hand out. */
  start(): void {
    this.#isPaused = false;
    this.#pump();
  }

  /** Hands out nothing more; what is under way goes on. */
  pause(): void {
    this.#isPaused = true;
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (!this.#isPaused && this.#inFlight < this.#maxInFlight) {
      const next = this.#ready.pop();
      if (!next) break;
      if (isEnded(next.item.run) || !next.item.run.items.has(next.item.id)) this.#passOn(next.item);
      else if (this.#take(next)) this.#start(next.item);
    }
    this.#isPumping = false;
  }

  #start(item: Item): void {
    this.#inFlight += 1;
    void this.#execute(item).finally(() => {
      this.#inFlight -= 1;
      this.#giveBack(item);
      this.#pump();
    });
  }

  /** Takes one of each of the item's slots, or none and waits at the first that is full. */
  #take(waiting: Waiting): boolean {
    const { slots } = waiting.item.run;
    for (const { key, limit } of slots) {
      const slot = this.#slots.get(key);
      if (slot && slot.used >= limit) {
        slot.waiting.push(waiting);
        this.#passOn(waiting.item, key);
        return false;
      }
    }
    for (const { key } of slots) {
      const slot = this.#slots.get(key);
      if (slot) slot.used += 1;
      else this.#slots.set(key, { used: 1, waiting: new Heap(byScore) });
    }
    return true;
  }

  #giveBack(item: Item): void {
    for (const { key } of item.run.slots) {
      const slot = this.#slots.get(key);
      if (slot) slot.used -= 1;
    }
    this.#passOn(item);
  }

  /** An item that doesn't use its turn at a slot (it ended, is through, or waits at another slot) gives it to the next in line. */
  #passOn(item: Item, exceptKey?: string): void {
    for (const { key, limit } of item.run.slots) {
      const slot = this.#slots.get(key);
      if (!slot || key === exceptKey) continue;
      if (slot.used < limit) {
        const next = slot.waiting.pop();
        if (next) this.#ready.push(next);
      }
      if (slot.used === 0 && slot.waiting.size === 0) this.#slots.delete(key);
    }
  }
}

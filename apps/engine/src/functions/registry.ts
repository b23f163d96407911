import { EventIndex } from "../event-index.ts";
import type { FunctionRecord } from "./function-record.ts";

/** The functions that are known, by slug, by id and by the events that start them. */
export class Registry {
  readonly #bySlug = new Map<string, FunctionRecord>();
  readonly #byId = new Map<string, FunctionRecord>();
  readonly #triggers = new EventIndex<FunctionRecord>();

  bySlug(slug: string): FunctionRecord | undefined {
    return this.#bySlug.get(slug);
  }

  byId(id: string): FunctionRecord | undefined {
    return this.#byId.get(id);
  }

  ofApp(appId: string): FunctionRecord[] {
    return [...this.#bySlug.values()].filter((fn) => fn.appId === appId);
  }

  all(): FunctionRecord[] {
    return [...this.#bySlug.values()];
  }

  /** Adds a function or takes the place of the one with its slug. Runs under way keep the configuration they began with. */
  put(fn: FunctionRecord): void {
    this.remove(fn.slug);
    this.#bySlug.set(fn.slug, fn);
    this.#byId.set(fn.id, fn);
    if (!fn.isActive) return;
    for (const name of new Set(fn.triggers.map((trigger) => trigger.event))) this.#triggers.add(name, fn);
  }

  remove(slug: string): void {
    const fn = this.#bySlug.get(slug);
    if (!fn) return;
    this.#bySlug.delete(slug);
    this.#byId.delete(fn.id);
    for (const name of new Set(fn.triggers.map((trigger) => trigger.event))) this.#triggers.remove(name, fn);
  }

  /** The functions that an event of this name may start; each once. */
  triggeredBy(name: string): FunctionRecord[] {
    return [...new Set(this.#triggers.find(name))];
  }

  listensTo(name: string): boolean {
    return this.#triggers.has(name);
  }
}

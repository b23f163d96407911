/** Finds entries by event name; a name that ends in `*` stands for every name with that beginning. */
export class EventIndex<T> {
  readonly #exact = new Map<string, Set<T>>();
  readonly #prefixes = new Map<string, Set<T>>();

  add(name: string, entry: T): void {
    const [map, key] = this.#place(name);
    const set = map.get(key);
    if (set) set.add(entry);
    else map.set(key, new Set([entry]));
  }

  remove(name: string, entry: T): void {
    const [map, key] = this.#place(name);
    const set = map.get(key);
    if (set?.delete(entry) && set.size === 0) map.delete(key);
  }

  find(name: string): T[] {
    const found = [...(this.#exact.get(name) ?? [])];
    for (const [prefix, entries] of this.#prefixes) if (name.startsWith(prefix)) found.push(...entries);
    return found;
  }

  has(name: string): boolean {
    if (this.#exact.has(name)) return true;
    for (const prefix of this.#prefixes.keys()) if (name.startsWith(prefix)) return true;
    return false;
  }

  #place(name: string): [Map<string, Set<T>>, string] {
    return name.endsWith("*") ? [this.#prefixes, name.slice(0, -1)] : [this.#exact, name];
  }
}

/** What functions under test report, and a way to wait for it. */
export class Recorder {
  readonly #values = new Map<string, unknown[]>();
  readonly #waiting = new Set<() => void>();

  note(key: string, value: unknown = null): void {
    const list = this.#values.get(key) ?? [];
    list.push(value);
    this.#values.set(key, list);
    for (const check of this.#waiting) check();
  }

  of(key: string): unknown[] {
    return [...(this.#values.get(key) ?? [])];
  }

  /** Resolves with everything noted under the key once there are `count` of it. */
  async wait(key: string, count = 1, timeoutMs = 25_000): Promise<unknown[]> {
    if (this.of(key).length >= count) return this.of(key);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        if (this.of(key).length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve(this.of(key));
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(done);
        reject(new Error(`"${key}" was noted ${this.of(key).length} times instead of ${count} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.add(done);
    });
  }
}

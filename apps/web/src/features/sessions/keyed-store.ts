/** Values by key that outlive the component which shows them; whoever shows one hears of its changes. */
export interface KeyedStore<T> {
  readonly get: (key: string) => T;
  readonly set: (key: string, value: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** `first` gives a key's value when it is asked for the first time; `keep` is told each later one. */
export function createKeyedStore<T>(first: (key: string) => T, keep: (key: string, value: T) => void): KeyedStore<T> {
  const values = new Map<string, T>();
  const listeners = new Set<() => void>();
  const get = (key: string): T => {
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = first(key);
    values.set(key, value);
    return value;
  };
  const set = (key: string, value: T) => {
    values.set(key, value);
    keep(key, value);
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { get, set, subscribe };
}

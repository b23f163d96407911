import { randomUUID } from "node:crypto";
import type { LiveHint } from "./live-hint.ts";

type Listener = (hint: LiveHint) => void;

interface Hub {
  readonly source: string;
  readonly listeners: Map<string, Set<Listener>>;
}

// Next bundles routes apart and reloads them: the hub of a process must stay one.
const holder = globalThis as { __opencodeLiveHub?: Hub };

function hub(): Hub {
  holder.__opencodeLiveHub ??= { source: randomUUID(), listeners: new Map() };
  return holder.__opencodeLiveHub;
}

/** This process's name in the hints that it sends. */
export function liveSource(): string {
  return hub().source;
}

/** Calls `listener` for each hint of the topic until the answer is called. */
export function listenLive(topic: string, listener: Listener): () => void {
  const { listeners } = hub();
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
  };
}

/** Hands a hint to this process's listeners. */
export function deliverLive(hint: LiveHint): void {
  for (const listener of hub().listeners.get(hint.topic) ?? []) listener(hint);
}

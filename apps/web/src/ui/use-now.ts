"use client";

import { useSyncExternalStore } from "react";

interface SharedClock {
  readonly subscribe: (listener: () => void) => () => void;
  readonly now: () => number;
}

const clocks = new Map<number, SharedClock>();

function clockOf(everyMs: number): SharedClock {
  const known = clocks.get(everyMs);
  if (known) return known;
  const made = createClock(everyMs);
  clocks.set(everyMs, made);
  return made;
}

/** Ticks while somebody looks at it. */
function createClock(everyMs: number): SharedClock {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    now: () => now,
    subscribe: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) {
        now = Date.now();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}

const beforeTime = () => 0;

/** The time in milliseconds, one shared timer per interval. 0 while the server renders. */
export function useNow(everyMs: number): number {
  const clock = clockOf(everyMs);
  return useSyncExternalStore(clock.subscribe, clock.now, beforeTime);
}

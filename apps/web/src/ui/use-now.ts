"use client";

import { useSyncExternalStore } from "react";

const clocks = new Map<number, { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | null }>();

function clockOf(everyMs: number) {
  const known = clocks.get(everyMs);
  if (known) return known;
  const made = { now: Date.now(), listeners: new Set<() => void>(), timer: null };
  clocks.set(everyMs, made);
  return made;
}

/** The time in milliseconds, one shared timer per interval. 0 while the server renders. */
export function useNow(everyMs: number): number {
  return useSyncExternalStore(
    (listener) => {
      const clock = clockOf(everyMs);
      clock.listeners.add(listener);
      if (clock.timer === null) {
        clock.now = Date.now();
        clock.timer = setInterval(() => {
          clock.now = Date.now();
          for (const notify of clock.listeners) notify();
        }, everyMs);
      }
      return () => {
        clock.listeners.delete(listener);
        if (clock.listeners.size === 0 && clock.timer !== null) {
          clearInterval(clock.timer);
          clock.timer = null;
        }
      };
    },
    () => clockOf(everyMs).now,
    () => 0,
  );
}

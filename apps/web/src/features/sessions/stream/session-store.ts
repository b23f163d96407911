import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { applySessionEvent, type SessionView } from "@opencode/core/modules/sessions/session-view.ts";

export interface SessionStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly view: () => SessionView;
  /** sequence number of the newest event that came in, applied or not yet */
  readonly received: () => number;
  readonly push: (event: LoggedEvent) => void;
  /** takes a view that was loaded anew, when it is ahead of what is shown */
  readonly reset: (view: SessionView) => void;
}

type Schedule = (work: () => void) => void;

// A hidden tab gets no frames; it still has to keep up, or it would hold every delta of an hour.
const nextFrame: Schedule = (work) => {
  if (document.hidden) setTimeout(work, 250);
  else requestAnimationFrame(work);
};

/** Holds a session's view and applies its events once a frame, however many came in. */
export function createSessionStore(initial: SessionView, schedule: Schedule = nextFrame): SessionStore {
  let view = initial;
  let queue: LoggedEvent[] = [];
  let scheduled = false;
  const listeners = new Set<() => void>();

  const notify = () => {
    for (const listener of listeners) listener();
  };
  const flush = () => {
    scheduled = false;
    const events = queue;
    queue = [];
    const before = view;
    view = events.reduce(applySessionEvent, view);
    if (view !== before) notify();
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    view: () => view,
    received: () => Math.max(view.seq, queue.at(-1)?.seq ?? 0),
    push: (event) => {
      queue.push(event);
      if (scheduled) return;
      scheduled = true;
      schedule(flush);
    },
    reset: (loaded) => {
      if (loaded.seq <= view.seq) return;
      view = loaded;
      notify();
    },
  };
}

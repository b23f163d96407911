import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { emptySessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { describe, expect, it, vi } from "vitest";
import { createSessionStore } from "./session-store.ts";

const titled = (seq: number, title: string): LoggedEvent => ({
  seq,
  at: "2026-01-01T00:00:00.000Z",
  type: "session.updated",
  data: { title },
});

describe("createSessionStore", () => {
  it("applies everything that came in once a frame", () => {
    const frames: (() => void)[] = [];
    const store = createSessionStore(emptySessionView, (work) => frames.push(work));
    const listener = vi.fn();
    store.subscribe(listener);
    store.push(titled(1, "one"));
    store.push(titled(2, "two"));
    expect(store.view().seq).toBe(0);
    expect(store.received()).toBe(2);
    expect(frames).toHaveLength(1);
    frames[0]?.();
    expect(store.view().title).toBe("two");
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("changes nothing for an event that was seen before", () => {
    const store = createSessionStore({ ...emptySessionView, seq: 5, title: "five" }, (work) => work());
    const listener = vi.fn();
    store.subscribe(listener);
    store.push(titled(5, "again"));
    expect(store.view().title).toBe("five");
    expect(listener).not.toHaveBeenCalled();
  });

  it("takes a loaded view only when it is ahead", () => {
    const store = createSessionStore({ ...emptySessionView, seq: 5, title: "five" }, (work) => work());
    store.reset({ ...emptySessionView, seq: 4, title: "old" });
    expect(store.view().title).toBe("five");
    store.reset({ ...emptySessionView, seq: 9, title: "new" });
    expect(store.view().title).toBe("new");
  });
});

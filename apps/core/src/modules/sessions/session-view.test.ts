import { expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import type { LoggedEvent, SessionEventBody } from "./contract.ts";
import { foldSession } from "./fold-session.ts";
import { applySessionEvent, emptySessionView } from "./session-view.ts";
import { textPart, toolPart } from "./testing.ts";

const number = (bodies: readonly SessionEventBody[]): LoggedEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1, at: "2026-01-01T00:00:00.000Z" }));

function conversation(): SessionEventBody[] {
  const [turnId, messageId] = [newId("turn"), newId("message")];
  const text = textPart(messageId, 0, "", null);
  const [slow, quick] = [toolPart(messageId, 1), toolPart(messageId, 2)];
  const dropped = textPart(messageId, 3, "half", null);
  return [
    { type: "session.updated", data: { title: "A task", state: "running" } },
    { type: "message.created", data: { message: { id: messageId, turnId, role: "assistant", createdAt: "2026-01-01T00:00:00.000Z" } } },
    { type: "part.updated", data: { part: text } },
    { type: "part.delta", data: { partId: text.id, field: "text", delta: "Hel" } },
    { type: "part.delta", data: { partId: text.id, field: "text", delta: "lo" } },
    { type: "part.updated", data: { part: { ...slow, state: "running", output: "", endedAt: null } } },
    { type: "part.updated", data: { part: { ...quick, state: "running", output: "", endedAt: null } } },
    { type: "part.delta", data: { partId: slow.id, field: "output", delta: "1\n" } },
    { type: "part.updated", data: { part: quick } },
    { type: "part.updated", data: { part: slow } },
    { type: "part.updated", data: { part: dropped } },
    { type: "parts.removed", data: { partIds: [dropped.id] } },
    { type: "diff.updated", data: { filesChanged: 1, additions: 2, deletions: 3 } },
  ];
}

test("folding at once gives what applying one by one gives", () => {
  const events = number(conversation());
  expect(foldSession(events)).toEqual(events.reduce(applySessionEvent, emptySessionView));
});

test("a log whose ended parts were folded shows the same as the one that a viewer followed", () => {
  const events = number(conversation());
  const folded = events.filter(
    (event) =>
      !["part.delta"].includes(event.type) &&
      !(
        event.type === "part.updated" &&
        "endedAt" in event.data.part &&
        event.data.part.type === "tool" &&
        event.data.part.endedAt === null
      ),
  );
  const live = events.reduce(applySessionEvent, emptySessionView).parts.filter((part) => part.type === "tool");
  expect(foldSession(folded).parts.filter((part) => part.type === "tool")).toEqual(live);
});

test("an event that was seen before changes nothing", () => {
  const [first] = number([{ type: "session.updated", data: { title: "Once" } }]);
  if (!first) throw new Error("no event");
  const view = applySessionEvent(emptySessionView, first);
  expect(applySessionEvent(view, { ...first, type: "session.updated", data: { title: "Twice" } })).toBe(view);
});

test("a long session is folded much faster than by applying one event after the other", () => {
  const messageId = newId("message");
  const events = number(
    Array.from({ length: 5_000 }, (_, index) => ({ type: "part.updated", data: { part: toolPart(messageId, index) } })),
  );
  const fastestMs = (build: () => { parts: readonly unknown[] }): number => {
    const times = Array.from({ length: 4 }, () => {
      const startedMs = performance.now();
      expect(build().parts).toHaveLength(5_000);
      return performance.now() - startedMs;
    });
    return Math.min(...times);
  };
  const oneByOneMs = fastestMs(() => events.reduce(applySessionEvent, emptySessionView));
  expect(fastestMs(() => foldSession(events))).toBeLessThan(oneByOneMs / 20);
});

import { beforeEach, expect, test, vi } from "vitest";
import { newId } from "../../../platform/ids.ts";
import type { Part, SessionEventBody } from "../contract.ts";
import { StepWriter } from "./step-writer.ts";

const written: SessionEventBody[][] = [];
let isFenced = true;
vi.mock("../change-session.ts", () => ({
  changeSession: async (_key: unknown, work: (change: object) => Promise<boolean>) =>
    work({
      appendFenced: async (_writer: unknown, bodies: SessionEventBody[]) => {
        written.push(bodies);
        return isFenced;
      },
    }),
}));
beforeEach(() => {
  written.length = 0;
  isFenced = true;
});

const newWriter = (onLost = () => undefined) =>
  new StepWriter({ workspaceId: newId("workspace"), sessionId: newId("session"), turnId: newId("turn"), fence: 1 }, onLost);
const titled = (title: string): SessionEventBody => ({ type: "session.updated", data: { title } });

test("what is written in the moment in which a write has ended is written too", async () => {
  const writer = newWriter();
  for (const title of ["one", "two", "three"]) expect(await writer.write([titled(title)])).toBe(true);
  await writer.close();
  expect(written).toEqual([[titled("one")], [titled("two")], [titled("three")]]);
});

test("a writer whose fence is lost says so once, and to everybody who writes", async () => {
  const onLost = vi.fn();
  const writer = newWriter(onLost);
  isFenced = false;
  expect(await Promise.all([writer.write([titled("one")]), writer.write([titled("two")])])).toEqual([false, false]);
  expect(await writer.write([titled("three")])).toBe(false);
  await writer.close();
  expect(onLost).toHaveBeenCalledOnce();
});

test("parts that are taken back in the moment in which they were written leave nothing in the log", async () => {
  const writer = newWriter();
  const part = (text: string, id = newId("part")): Part => ({
    id,
    messageId: newId("message"),
    ordinal: 0,
    type: "text",
    text,
    endedAt: null,
  });
  const updated = (of: Part): SessionEventBody => ({ type: "part.updated", data: { part: of } });
  const [gone, kept] = [part(""), part("")];
  writer.push([updated(gone), updated(kept)]);
  writer.delta(gone.id, "text", "Half an answer");
  const removed: SessionEventBody = { type: "parts.removed", data: { partIds: [gone.id] } };
  writer.push([removed]);
  const whole = updated(part("Whole.", kept.id));
  await writer.write([whole]);
  expect(written).toEqual([[removed, whole]]);
});

import { expect, test } from "vitest";
import { newId } from "../../../platform/ids.ts";
import type { Part } from "../contract.ts";
import { textPart, toolPart } from "../testing.ts";
import { findKilled, usageIdOf } from "./count-killed.ts";

const messageId = newId("message");
const at = "2026-01-01T00:00:00.000Z";
const start = (ordinal: number, model: string): Part => ({
  ...{ id: newId("part"), messageId, ordinal },
  ...{ type: "step-start", step: 1, model, startedAt: at },
});

test("what is known of a call that died: its name, its model, and how much it had said", () => {
  const begun = start(1, "a/b");
  const open = { ...textPart(messageId, 3, ""), endedAt: null };
  const parts = [
    textPart(messageId, 0, "before it"),
    begun,
    textPart(messageId, 2, "12345"),
    open,
    toolPart(messageId, 4, { tool: "bash", input: { command: "ls" } }),
  ];
  expect(findKilled(parts)).toEqual([
    { usageId: usageIdOf(begun.id), model: "a/b", wholeChars: 5 + "bash".length + '{"command":"ls"}'.length, openIds: [open.id] },
  ]);
  expect(usageIdOf(begun.id)).toMatch(/^use_[0-9a-f]{32}$/);
});

test("after a switch it is the model that went on; a message without a call is none", () => {
  const second = start(3, "c/d");
  const retry: Part = {
    ...{ id: newId("part"), messageId, ordinal: 2 },
    ...{ type: "retry", attempt: 1, code: "switched", message: "c/d goes on", retryAt: at },
  };
  expect(findKilled([start(1, "a/b"), retry, second])).toEqual([
    { usageId: usageIdOf(second.id), model: "c/d", wholeChars: 0, openIds: [] },
  ]);
  expect(findKilled([retry])).toEqual([]);
});

import { messageSchema, partSchema, turnSchema } from "@opencode/core/modules/sessions/contract.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { describe, expect, it } from "vitest";
import { deriveTimeline } from "./derive-timeline.ts";

const at = "2026-01-01T00:00:00.000Z";

function turn(ordinal: number, state: string) {
  return turnSchema.parse({
    id: newId("turn"),
    ordinal,
    state,
    model: "demo",
    runId: null,
    error: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
  });
}
function message(turnId: string, role: string) {
  return messageSchema.parse({ id: newId("message"), turnId, role, createdAt: at });
}
function text(messageId: string, ordinal: number, content: string) {
  return partSchema.parse({ id: newId("part"), messageId, ordinal, type: "text", text: content, endedAt: at });
}

describe("deriveTimeline", () => {
  it("shows a queued prompt behind the answer of the turn before it", () => {
    const first = turn(1, "running");
    const second = turn(2, "queued");
    const ask = message(first.id, "user");
    const next = message(second.id, "user");
    const answer = message(first.id, "assistant");
    const parts = [text(ask.id, 0, "one"), text(next.id, 0, "two"), text(answer.id, 0, "answer")];
    const blocks = deriveTimeline({ turns: [first, second], messages: [ask, next, answer], parts });
    expect(blocks.map((block) => block.kind)).toEqual(["prompt", "parts", "prompt"]);
    expect(blocks.at(-1)).toMatchObject({ text: "two", queued: true });
  });

  it("tells where a step of the agent's is complete, so that a fork can go on from there", () => {
    const only = turn(1, "running");
    const [first, second] = [message(only.id, "assistant"), message(only.id, "assistant")];
    const parts = [...Array.from({ length: 50 }, (_, index) => text(first.id, index, "x")), text(second.id, 0, "y")];
    const blocks = deriveTimeline({ turns: [only], messages: [first, second], parts });
    expect(blocks.map((block) => (block.kind === "parts" ? [block.ends, block.endsTurn] : []))).toEqual([
      [null, false],
      [first.id, false],
      [null, false],
    ]);
    const over = deriveTimeline({ turns: [{ ...only, state: "completed" }], messages: [first, second], parts }, blocks);
    expect(over[1]).toBe(blocks[1]);
    expect(over[2]).toMatchObject({ ends: second.id, endsTurn: true });
  });

  it("keeps the identity of blocks that did not change", () => {
    const only = turn(1, "running");
    const answer = message(only.id, "assistant");
    const parts = Array.from({ length: 100 }, (_, index) => text(answer.id, index, `part ${index}`));
    const before = deriveTimeline({ turns: [only], messages: [answer], parts });
    const changed = parts.with(99, text(answer.id, 99, "other"));
    const after = deriveTimeline({ turns: [only], messages: [answer], parts: changed }, before);
    expect(after).toHaveLength(3);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });
});

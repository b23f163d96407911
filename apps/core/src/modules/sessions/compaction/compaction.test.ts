import { describe, expect, it } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { buildHistory } from "../agent-loop/build-history.ts";
import { fullAt } from "../agent-loop/step-sources.ts";
import type { Part } from "../contract.ts";
import { contextUse } from "../history/context-use.ts";
import type { StoredMessage } from "../message-repo.ts";
import { textPart, toolPart } from "../testing.ts";
import { type CompactionPart, compactedMessages } from "./compacted-messages.ts";
import { planCompaction, prunedOutput } from "./plan-compaction.ts";

const turnId = newId("turn");
function message(role: "user" | "assistant", parts: (id: StoredMessage["id"]) => Part[]): StoredMessage {
  const id = newId("message");
  return { id, turnId, role, finishedAt: null, parts: parts(id) };
}
const output = (text: string, tool = "bash") => message("assistant", (id) => [toolPart(id, 0, { output: text, tool })]);
function compaction(given: Partial<CompactionPart>): StoredMessage {
  const at = "2026-01-01T00:00:00.000Z";
  const base = { type: "compaction", reason: "full", state: "completed", beforeTokens: 1, afterTokens: 1, error: null } as const;
  return message("assistant", (messageId) => [
    {
      ...base,
      id: newId("part"),
      messageId,
      ordinal: 0,
      prunedCalls: [],
      summary: null,
      tailFrom: null,
      startedAt: at,
      endedAt: at,
      ...given,
    },
  ]);
}
const usual = { goalTokens: 1_000, usedTokens: 60_000, charsPerToken: 1, prune: true, tailTurns: 2, tailTokens: 500 };

describe("a conversation that is too long", () => {
  it("loses old output first, never the newest or a loaded skill", () => {
    const messages = [
      output("s".repeat(5_000), "skill"),
      output("a".repeat(50_000)),
      output("b".repeat(15_000)),
      output("c".repeat(10_000)),
    ];
    const plan = planCompaction(messages, { ...usual, goalTokens: 40_000 });
    expect(plan.prunedCalls).toEqual([messages[2], messages[1]].flatMap((found) => found?.parts.map(({ id }) => id) ?? []).reverse());
    expect(plan.summarise).toBeNull();
    const history = JSON.stringify(buildHistory([...messages, compaction({ prunedCalls: [...plan.prunedCalls] })]));
    expect(history).toContain(prunedOutput);
    expect(history).not.toContain("aaaa");
    expect(history).toContain("cccc");
  });

  it("is summed up to a tail when that is not enough; what was asked stays word for word", () => {
    const messages = [
      message("user", (id) => [textPart(id, 0, "Build it.  Never touch\n\tLICENSE.")]),
      output("x".repeat(900)),
      message("user", (id) => [textPart(id, 0, "And test it.")]),
      output("y".repeat(100)),
    ];
    const plan = planCompaction(messages, usual);
    expect(plan.summarise).toMatchObject({ tailFrom: messages[2]?.id });
    const found = compactedMessages([...messages, compaction({ summary: "All well.", tailFrom: messages[2]?.id ?? null })]);
    expect(found.preamble).toContain("Build it.  Never touch\n\tLICENSE.");
    expect(found.preamble).toContain("All well.");
    expect(found.messages.map(({ id }) => id).slice(0, 2)).toEqual([messages[2]?.id, messages[3]?.id]);
  });
});

describe("a conversation that was summed up before", () => {
  const first = [
    message("user", (id) => [textPart(id, 0, "Go.")]),
    output("o".repeat(30_000)),
    message("user", (id) => [textPart(id, 0, "On.")]),
    output("t".repeat(400)),
  ];
  const summary = compaction({ summary: "The first half.", tailFrom: first[2]?.id ?? null });

  it("is not thought to become shorter by what is not sent any more", () => {
    const messages = [...first, summary, output("n".repeat(900)), output("m".repeat(900))];
    const plan = planCompaction(messages, { ...usual, goalTokens: 40_000 });
    expect(plan).toMatchObject({ prunedCalls: [], prunedTokens: 0 });
    expect(plan.summarise).not.toBeNull();
  });

  it("keeps its summary in what is summed up next, also right after it", () => {
    const plan = planCompaction([...first, summary], usual);
    expect(plan.summarise).toEqual({ head: [...first, summary], tailFrom: null });
    const later = [...first, summary, output("n".repeat(300)), output("m".repeat(300))];
    const next = planCompaction(later, usual).summarise;
    expect(JSON.stringify(buildHistory(next?.head ?? []))).toContain("The first half.");
    expect(next?.tailFrom).toBe(later.at(-1)?.id);
  });
});

describe("the size of a request", () => {
  it("goes by what the last call was reported to have had, and by its characters a token for the rest", () => {
    const finish = (messageId: StoredMessage["id"], inputTokens: number): Part => ({
      id: newId("part"),
      messageId,
      ordinal: 5,
      type: "step-finish",
      step: 1,
      finishReason: "stop",
      inputTokens,
      outputTokens: 10,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      contextSize: null,
      costMicros: 0,
      durationMs: 1,
    });
    const prompt = message("user", (id) => [textPart(id, 0, "w".repeat(20_000))]);
    const answer = message("assistant", (id) => [toolPart(id, 0, { output: "word ".repeat(800), input: {} }), finish(id, 5_000)]);
    const request = { system: "", tools: [], messages: buildHistory([prompt, answer]) };
    const { tokens, charsPerToken } = contextUse([prompt, answer], request);
    expect(charsPerToken).toBeCloseTo(4, 1);
    expect(tokens).toBeGreaterThan(5_900);
    expect(tokens).toBeLessThan(6_100);
    expect(contextUse([], { ...request, messages: [] }).tokens).toBe(0);
  });

  it("is full at 85 %, or where the project wants room", () => {
    expect(fullAt(200_000, undefined)).toBe(170_000);
    expect(fullAt(200_000, 50_000)).toBe(150_000);
    expect(fullAt(100_000, 95_000)).toBe(25_000);
  });
});

import { describe, expect, it } from "vitest";
import { newId } from "../../../platform/ids.ts";
import type { Part } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { textPart, toolPart } from "../testing.ts";
import { buildHistory } from "./build-history.ts";
import { isDoomed } from "./judge-call.ts";
import { planBatches } from "./plan-batches.ts";

const turnId = newId("turn");
function message(role: "user" | "assistant", parts: (id: ReturnType<typeof newId<"message">>) => Part[]): StoredMessage {
  const id = newId("message");
  return { id, turnId, role, finishedAt: null, parts: parts(id) };
}

describe("what the model is sent", () => {
  it("has each result right after its call, under an id that stands for one call only", () => {
    const history = buildHistory([
      message("user", (id) => [textPart(id, 0, "do it")]),
      message("assistant", (id) => [textPart(id, 0, "I look."), toolPart(id, 1, { metadata: { providerCallId: "c1" } })]),
      message("assistant", (id) => [toolPart(id, 0, { metadata: { providerCallId: "c1" }, callId: "own" })]),
    ]);
    expect(history.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    const ids = history.flatMap(({ content }) => content).flatMap((entry) => ("callId" in entry ? [entry.callId] : []));
    expect(ids).toEqual(["c1", "c1", "own", "own"]);
  });

  it("leaves out calls that never came whole, empty messages and empty text", () => {
    const history = buildHistory([
      message("user", (id) => [textPart(id, 0, "one")]),
      message("assistant", (id) => [textPart(id, 0, " "), toolPart(id, 1, { input: null, state: "error", error: "aborted" })]),
      message("user", (id) => [textPart(id, 0, "two")]),
    ]);
    expect(history).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      },
    ]);
  });

  it("says what became of a call that was broken off, with its output so far", () => {
    const history = buildHistory([
      message("user", (id) => [textPart(id, 0, "go")]),
      message("assistant", (id) => [toolPart(id, 0, { state: "error", error: "aborted", output: "line 1", exitCode: null })]),
    ]);
    expect(history.at(-1)?.content).toMatchObject([{ type: "tool-result", isError: true, output: "aborted\nline 1" }]);
  });
});

describe("a turn's calls", () => {
  const call = (callId: string, readOnly: boolean) => ({ callId, readOnly });

  it("go in order: neighbours that only read together, one that writes alone", () => {
    const calls = [call("a", true), call("b", true), call("c", false), call("d", true), call("e", false), call("f", false)];
    expect(planBatches(calls)).toEqual([["a", "b"], ["c"], ["d"], ["e"], ["f"]]);
  });

  it("are doomed when the third in a row is the same, and not before", () => {
    const id = newId("message");
    const [a, b, c] = [toolPart(id, 0), toolPart(id, 1), toolPart(id, 2)];
    const other = toolPart(id, 1, { input: { command: "false" } });
    expect(isDoomed([b, a], c)).toBe(true);
    expect(isDoomed([a], b)).toBe(false);
    expect(isDoomed([other, a], c)).toBe(false);
  });
});

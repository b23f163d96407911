import { describe, expect, it } from "vitest";
import type { ModelContent, ModelMessage } from "../contract.ts";
import { normaliseMessages, wireCallId } from "./normalise-messages.ts";

const user = (...content: ModelContent[]): ModelMessage => ({ role: "user", content });
const assistant = (...content: ModelContent[]): ModelMessage => ({ role: "assistant", content });
const text = (value: string): ModelContent => ({ type: "text", text: value });
const call = (callId: string): ModelContent => ({ type: "tool-call", callId, name: "read", input: {} });
const result = (callId: string, output = "ok"): ModelContent => ({ type: "tool-result", callId, name: "read", output, isError: false });

describe("normaliseMessages", () => {
  it("leaves a sound history as it is", () => {
    const messages = [user(text("go")), assistant(text("I look."), call("a"), call("b")), user(result("a"), result("b"))];
    expect(normaliseMessages(messages)).toEqual(messages);
  });

  it("joins neighbours and leaves out what is empty", () => {
    expect(normaliseMessages([user(text("a")), assistant(text("  ")), user(text("b"))])).toEqual([user(text("a"), text("b"))]);
  });

  it("answers interrupted calls, in the order of the calls, before what the user says", () => {
    const [, , answered] = normaliseMessages([user(text("go")), assistant(call("a"), call("b")), user(text("stop"), result("b"))]);
    expect(answered?.content.map((part) => (part.type === "tool-result" ? [part.callId, part.isError] : part.type))).toEqual([
      ["a", true],
      ["b", false],
      "text",
    ]);
  });

  it("lets no result stand without its call", () => {
    expect(normaliseMessages([user(text("go"), result("ghost"))])).toEqual([user(text("go"))]);
    expect(normaliseMessages([user(result("ghost"))])).toEqual([]);
  });

  it("gives the user the last word", () => {
    expect(normaliseMessages([user(text("go")), assistant(text("half"))]).at(-1)?.role).toBe("user");
    expect(normaliseMessages([user(text("go")), assistant(call("a"))]).at(-1)?.content[0]).toMatchObject({
      type: "tool-result",
      isError: true,
    });
  });
});

describe("wireCallId", () => {
  it("keeps what every provider takes and shortens the rest, always the same way", () => {
    expect(wireCallId("call_1-x")).toBe("call_1-x");
    for (const odd of ["x".repeat(41), "functions.read:0", "ä"]) {
      expect(wireCallId(odd)).toMatch(/^call_[0-9a-f]{32}$/);
      expect(wireCallId(odd)).toBe(wireCallId(odd));
    }
    expect(wireCallId("functions.read:0")).not.toBe(wireCallId("functions.read:1"));
  });
});

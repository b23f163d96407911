import { describe, expect, it } from "vitest";
import type { ModelContent, ModelMessage } from "../contract.ts";
import { guidedTasks } from "./guided-tasks.ts";
import { nextDemoStep } from "./next-demo-step.ts";

const tools = ["bash", "read", "write", "edit", "grep", "glob"].map((name) => ({ name, description: "", inputSchema: {} }));
const user = (...content: ModelContent[]): ModelMessage => ({ role: "user", content });
const text = (value: string): ModelContent => ({ type: "text", text: value });
const call = (callId: string, name: string): ModelContent => ({ type: "tool-call", callId, name, input: {} });
const result = (callId: string, name: string, output: string, isError = false): ModelContent => ({
  type: "tool-result",
  callId,
  name,
  output,
  isError,
});
const step = (messages: ModelMessage[], offered = tools) => nextDemoStep({ model: "demo", system: "", messages, tools: offered });

const [first] = guidedTasks;
const prompt = first?.prompt ?? "";
const looked: ModelMessage[] = [
  { role: "assistant", content: [text("I'll look."), call("1", "read"), call("2", "read"), call("3", "glob")] },
  user(result("1", "read", '1: {"name":"tally"}'), result("2", "read", "1: # For agents"), result("3", "glob", "test/a.test.ts")),
];

describe("nextDemoStep", () => {
  it("begins with a parallel look around", () => {
    expect(step([user(text(prompt))]).calls.map((entry) => entry.name)).toEqual(["read", "read", "glob"]);
  });

  it("is the same for the same history", () => {
    expect(step([user(text(prompt)), ...looked])).toEqual(step([user(text(prompt)), ...looked]));
    expect(step([user(text(prompt)), ...looked]).calls).toEqual([
      { name: "bash", input: { command: "npm test", description: "Runs every test" } },
    ]);
  });

  it("begins anew for a new prompt, whatever came before it", () => {
    const before = [user(text(prompt)), ...looked];
    expect(step([...before, user(text(guidedTasks[2]?.prompt ?? ""))]).calls.map((entry) => entry.name)).toEqual([
      "read",
      "grep",
      "read",
      "read",
    ]);
    expect(step([...before, user(result("9", "bash", "late"), text(prompt))]).calls).toHaveLength(3);
  });

  it("answers a question in between with how to add a model", () => {
    expect(step([user(text(prompt)), ...looked, user(text("What are you doing?"))])).toMatchObject({ calls: [] });
  });

  it("does once more what was interrupted, and stops when it is interrupted again", () => {
    const interrupted: ModelMessage[] = [
      { role: "assistant", content: [call("4", "bash")] },
      user(result("4", "bash", "This call was interrupted.", true)),
    ];
    const history = [user(text(prompt)), ...looked, ...interrupted];
    expect(step(history)).toMatchObject({ text: "That was interrupted before it ended, so I do it once more.", calls: [{ name: "bash" }] });
    expect(step([...history, ...interrupted])).toMatchObject({ calls: [], text: expect.stringContaining("interrupted again") });
  });

  it("takes a call without a result for an interrupted one", () => {
    const history: ModelMessage[] = [
      user(text(prompt)),
      { role: "assistant", content: [call("1", "read"), call("2", "read"), call("3", "glob")] },
    ];
    expect(step(history).text).toContain("interrupted");
  });

  it("does not go on from a history that it did not write", () => {
    const foreign: ModelMessage[] = [{ role: "assistant", content: [call("1", "bash")] }, user(result("1", "bash", "hi"))];
    expect(step([user(text(prompt)), ...foreign]).text).toContain("a turn that my script doesn't know");
  });

  it("names the tool that an agent lacks", () => {
    const readOnly = tools.filter((tool) => tool.name !== "edit" && tool.name !== "write");
    expect(step([user(text(prompt))], readOnly)).toMatchObject({ calls: [], text: expect.stringContaining('"write"') });
  });
});

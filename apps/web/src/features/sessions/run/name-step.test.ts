import { toolPart } from "@opencode/core/modules/sessions/testing.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { expect, it } from "vitest";
import { nameStep } from "./name-step.ts";

const messageId = newId("message");
const test = toolPart(messageId, 1, { callId: "prt_1", input: { command: "npm test" }, title: "" });
const read = toolPart(messageId, 2, { callId: "prt_2", tool: "read", input: { filePath: "src/a.ts" }, title: "" });

it.each([
  ["claim", "Taken up"],
  ["context", "Context"],
  ["model-3", "Model 3"],
  ["diff-2", "Diff 2"],
  ["finish", "Finished"],
  ["tool-prt_1", "Tool: npm test"],
  ["tool-prt_1-answered-1", "Tool, after the answer: npm test"],
  ["answer-prt_1-2", "Answer to: npm test"],
  ["tools-prt_2", "Tools, together: read src/a.ts …"],
  ["tool-prt_9", "Tool: a call"],
  ["edge", "edge"],
])("%s is called %s", (name, words) => {
  expect(nameStep(name, [test, read])).toBe(words);
});

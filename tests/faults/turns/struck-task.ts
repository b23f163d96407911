import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { expect } from "vitest";
import type { ScriptedModel } from "../../integration/sessions/support/scripted-model.ts";

const prose = "I look at the notes, count what is there, and write down what I have found. ".repeat(4);

export function keyOf(victim: string, moment: string): string {
  return `script-${victim}${moment.replace(/\W/g, "")}`;
}

/** The task during which somebody is killed: it thinks, runs a command that takes a while, asks, and says what it did. */
export function scriptStruckTask(model: ScriptedModel, key: string, { commandSeconds = 2, chunkMs = 60 } = {}): void {
  const command = `echo first >> count.txt; sleep ${commandSeconds}; echo end >> count.txt`;
  model.script(key, [
    { text: prose, chunkMs, calls: [{ name: "bash", input: { command } }] },
    { calls: [{ name: "bash", input: { command: "touch gone.txt && rm gone.txt && echo second >> count.txt" } }] },
    { text: prose, chunkMs: 20 },
  ]);
}

const isPart = (event: LoggedEvent, type: string, state?: string) =>
  event.type === "part.updated" &&
  event.data.part.type === type &&
  (state === undefined || ("state" in event.data.part && event.data.part.state === state));

/** When to strike: the first event of the log that shows the moment. */
export const moments: Record<string, (event: LoggedEvent, seen: readonly LoggedEvent[]) => boolean> = {
  context: (event) => event.type === "sandbox.updated",
  model: (event, seen) => event.type === "part.delta" && seen.filter((other) => other.type === "part.delta").length > 5,
  tool: (event) => isPart(event, "tool", "running"),
  "permission wait": (event) => event.type === "permission.updated" && event.data.request.state === "pending",
  finish: (event) => event.type === "part.updated" && event.data.part.type === "step-finish" && event.data.part.step === 3,
};

/** The task ended as it does when nobody is killed: each command left its line once, so nothing ran twice or was left out. */
export function expectEndedAsUsual({ view, patch, key }: { view: SessionView; patch: string; key: string }): void {
  expect(view.turns[0]).toMatchObject({ state: "completed", error: null });
  const added = patch.split("\n").filter((line) => line.startsWith("+") && !line.startsWith("+++"));
  expect(added).toEqual(["+first", "+end", "+second"]);
  const tools = view.parts.filter((part) => part.type === "tool");
  expect(tools.map((tool) => [tool.state, tool.exitCode])).toEqual([
    ["completed", 0],
    ["completed", 0],
  ]);
  const texts = view.parts.filter((part) => part.type === "text").map((part) => part.text);
  expect(texts).toEqual([`Do ${key}.`, prose, prose]);
  expect(view.parts.filter((part) => part.type === "step-finish").map((part) => part.step)).toEqual([1, 2, 3]);
}

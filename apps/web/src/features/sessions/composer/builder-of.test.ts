import type { AgentView } from "@opencode/core/modules/sessions/agents/contract.ts";
import type { TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { expect, test } from "vitest";
import { builderOf } from "./builder-of.ts";

const agents = [
  { name: "plan", mayEdit: false },
  { name: "fix", mayEdit: true },
  { name: "build", mayEdit: true },
] as AgentView[];
const turn = (agent: string, state: TurnView["state"] = "completed") => ({ agent, state }) as TurnView;
const standing = { revert: null };

test("a finished plan can be built, by build before others", () => {
  expect(builderOf(agents, { turns: [turn("build"), turn("plan")], ...standing })).toBe("build");
  expect(builderOf(agents.slice(0, 2), { turns: [turn("plan")], ...standing })).toBe("fix");
});

test.each([
  ["that was built since, wherever that was asked for", [turn("plan"), turn("build")]],
  ["that is being made", [turn("plan", "running")]],
  ["that failed", [turn("plan", "failed")]],
  ["of before turns told their agent", [{ state: "completed" } as TurnView]],
  ["of nobody", []],
])("a plan %s is not offered", (_what, turns) => {
  expect(builderOf(agents, { turns, ...standing })).toBeNull();
});

test("a plan that is taken back is not offered", () => {
  const revert = { state: "applied" } as never;
  expect(builderOf(agents, { turns: [turn("plan")], revert })).toBeNull();
});

import { describe, expect, it } from "vitest";
import { matchesModel, operatorAllows, rulesAllow } from "./model-policy.ts";

describe("matchesModel", () => {
  it.each([
    ["anthropic/*", "anthropic/claude-opus-5", true],
    ["anthropic/*", "anthropic-eu/claude", false],
    ["*", "openai/gpt-6-sol", true],
    ["*/gpt-*", "azure/gpt-5.5", true],
    ["*/gpt-*-mini", "azure/gpt-5.4-mini", true],
    ["*/gpt-*-mini", "azure/gpt-5.4", false],
    ["openai/gpt-6-sol", "openai/gpt-6-sol-2", false],
    ["a*a", "a", false],
    ["open.i/*", "openai/x", false],
  ])("%s on %s: %s", (pattern, id, matches) => expect(matchesModel(pattern, id)).toBe(matches));
});

describe("rulesAllow", () => {
  const rules = [
    { pattern: "openai/*", who: "everyone" as const },
    { pattern: "anthropic/claude-fable-*", who: "admins" as const },
    { pattern: "anthropic/claude-opus-*", who: { userIds: ["usr_1"] } },
  ];
  const nobody = { userId: null, isAdmin: false };
  it("lets everybody use everything without rules", () => expect(rulesAllow([], "x/y", nobody)).toBe(true));
  it("refuses what no rule names, but never the demo model", () => {
    expect(rulesAllow(rules, "xai/grok", nobody)).toBe(false);
    expect(rulesAllow(rules, "demo", nobody)).toBe(true);
  });
  it("knows admins and persons", () => {
    expect(rulesAllow(rules, "anthropic/claude-fable-5-1", nobody)).toBe(false);
    expect(rulesAllow(rules, "anthropic/claude-fable-5-1", { userId: "usr_2", isAdmin: true })).toBe(true);
    expect(rulesAllow(rules, "anthropic/claude-opus-5", { userId: "usr_1", isAdmin: false })).toBe(true);
    expect(rulesAllow(rules, "anthropic/claude-opus-5", { userId: "usr_2", isAdmin: true })).toBe(false);
  });
  it("the operator's word stands above", () => {
    expect(operatorAllows(["anthropic/*"], "openai/gpt-6-sol")).toBe(false);
    expect(operatorAllows(["anthropic/*"], "demo")).toBe(true);
    expect(operatorAllows([], "openai/gpt-6-sol")).toBe(true);
  });
});

import { expect, test } from "vitest";
import { parsePolicy, policyText } from "./policy-text.ts";

const rule = (permission: string, pattern: string, action: "allow" | "ask" | "deny") => ({ permission, pattern, action });

test.each([
  [[]],
  [[rule("*", "*", "ask")]],
  [[rule("edit", "*", "deny"), rule("bash", "*", "allow"), rule("bash", "rm *", "deny"), rule("bash", "rm dist/*", "allow")]],
  [[rule("bash", "rm *", "deny"), rule("*", "*", "allow"), rule("bash", "git push *", "deny")]],
  [[rule("bash", "a", "deny"), rule("bash", "7", "allow")]],
  [[rule("bash", "a", "deny"), rule("bash", "b", "ask"), rule("bash", "a", "allow")]],
])("what is written is read as it was, in its order: %j", (rules) => {
  expect(parsePolicy(policyText(rules))).toEqual({ rules, error: null });
});

test.each([
  ["{", "not valid JSON"],
  ['{"bash": "alow"}', 'bash: takes "allow", "ask" or "deny"'],
  ['{"bash": {"rm *": 5}}', 'bash → rm *: takes "allow", "ask" or "deny"'],
  ['[{"permission": "bash"}]', "0 → pattern"],
  ["5", "takes"],
])("%s is refused with the place", (text, said) => {
  expect(parsePolicy(text).error).toContain(said);
});

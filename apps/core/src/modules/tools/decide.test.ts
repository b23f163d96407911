import { describe, expect, test } from "vitest";
import type { PermissionAction, PermissionLayer, PermissionRule, PermissionSubject, RuleLayer } from "./contract.ts";
import { decide } from "./decide.ts";
import { pathSubject } from "./path-subject.ts";
import { platformLayer } from "./platform-rules.ts";
import { suggestRule } from "./suggest-rule.ts";
import { wildcardMatches } from "./wildcard.ts";

const layer = (name: PermissionLayer, ...rules: [permission: string, pattern: string, action: PermissionAction][]): RuleLayer => ({
  layer: name,
  rules: rules.map(([permission, pattern, action]): PermissionRule => ({ permission, pattern, action })),
});
const bash = (...targets: string[]): PermissionSubject => ({ permission: "bash", targets, alwaysRule: "saved *" });

describe("which rule decides", () => {
  test("the last one that matches, whatever order the layers come in", () => {
    const layers = [
      layer("session", ["bash", "git push *", "allow"]),
      layer("platform", ["*", "*", "allow"], ["bash", "git *", "ask"]),
      layer("workspace", ["bash", "git status *", "allow"]),
    ];
    expect(decide(bash("git status"), layers)).toMatchObject({ action: "allow", layer: "workspace", pattern: "git status *" });
    expect(decide(bash("git push origin main"), layers)).toMatchObject({ action: "allow", layer: "session" });
    expect(decide(bash("git commit -m x"), layers)).toMatchObject({
      action: "ask",
      layer: "platform",
      pattern: "git *",
      target: "git commit -m x",
    });
    expect(decide(bash("ls"), layers)).toMatchObject({ action: "allow", pattern: "*" });
  });

  test("nothing overrides a policy", () => {
    const layers = [
      layer("policy", ["bash", "curl *", "deny"]),
      layer("session", ["*", "*", "allow"]),
      layer("workspace", ["bash", "curl *", "allow"]),
    ];
    expect(decide(bash("curl http://x"), layers)).toMatchObject({ action: "deny", layer: "policy" });
  });

  test("of several targets the strictest counts, and it is named", () => {
    const layers = [layer("platform", ["*", "*", "allow"], ["bash", "rm *", "ask"], ["bash", "dd *", "deny"])];
    expect(decide(bash("ls", "rm x"), layers)).toMatchObject({ action: "ask", target: "rm x", alwaysRule: "rm *" });
    expect(decide(bash("rm x", "dd if=a", "ls"), layers)).toMatchObject({ action: "deny", target: "dd if=a" });
  });

  test("what nobody rules on is asked; a call that touches nothing is allowed", () => {
    expect(decide(bash("ls"), [])).toMatchObject({ action: "ask", alwaysRule: "saved *" });
    expect(decide(bash(), []).action).toBe("allow");
  });

  test("a rule for another permission says nothing; a wildcard for several does", () => {
    const layers = [layer("platform", ["*", "*", "allow"], ["edit", "*", "deny"], ["github_*", "*", "ask"])];
    expect(decide(bash("ls"), layers).action).toBe("allow");
    expect(decide({ permission: "github_create_issue", targets: ["x"], alwaysRule: "*" }, layers).action).toBe("ask");
  });

  test("an alias is the same thing by another name: a later rule for either decides", () => {
    const subject = { ...bash("mv a b"), aliases: { "mv a b": ["rm a"] } };
    const asks = layer("platform", ["*", "*", "allow"], ["bash", "rm *", "ask"]);
    expect(decide(subject, [asks])).toMatchObject({ action: "ask", pattern: "rm *", target: "mv a b" });
    expect(decide(subject, [asks, layer("workspace", ["bash", "mv *", "allow"])])).toMatchObject({ action: "allow", pattern: "mv *" });
    expect(decide(subject, [asks, layer("workspace", ["bash", "mv *", "allow"]), layer("policy", ["bash", "rm *", "deny"])]).action).toBe(
      "deny",
    );
  });

  test("what else the call touches is judged under its own permission", () => {
    const subject = { ...bash("echo x"), also: [{ permission: "edit", targets: ["src/a.ts"], alwaysRule: "src/*" }] };
    const layers = [layer("platform", ["*", "*", "allow"], ["edit", "src/*", "deny"])];
    expect(decide(subject, layers)).toMatchObject({ action: "deny", permission: "edit", target: "src/a.ts" });
  });
});

describe("what can't be judged", () => {
  const unknown: PermissionSubject = { permission: "bash", targets: [], alwaysRule: "*", unjudgeable: ["eval $x"] };
  test("is allowed only where everything is", () => {
    expect(decide(unknown, [layer("platform", ["*", "*", "allow"])]).action).toBe("allow");
    expect(decide(unknown, [layer("platform", ["*", "*", "allow"], ["bash", "rm *", "deny"])])).toMatchObject({
      action: "ask",
      pattern: "rm *",
    });
    expect(decide(unknown, [layer("platform", ["*", "*", "allow"], ["bash", "npm test *", "allow"])]).action).toBe("allow");
    expect(decide(unknown, [layer("platform", ["bash", "rm *", "ask"]), layer("workspace", ["bash", "*", "allow"])]).action).toBe("allow");
  });
  test("is denied where all else is, and asked when nobody ruled", () => {
    expect(decide(unknown, [layer("platform", ["*", "*", "deny"], ["bash", "ls *", "allow"])]).action).toBe("deny");
    expect(decide(unknown, []).action).toBe("ask");
  });
  test("a wildcard does not allow it by chance; its own text does", () => {
    const base = layer("platform", ["*", "*", "allow"], ["bash", "rm *", "ask"]);
    expect(decide(unknown, [base, layer("workspace", ["bash", "eval *", "allow"])]).action).toBe("ask");
    expect(decide(unknown, [base, layer("workspace", ["bash", "eval $x", "allow"])]).action).toBe("allow");
  });
  test("as a possible edit it is asked, not denied", () => {
    const subject = { ...bash("node -e x"), also: [{ permission: "edit", targets: [], alwaysRule: "*", unjudgeable: ["node -e x"] }] };
    expect(decide(subject, [layer("platform", ["*", "*", "allow"], ["edit", "*", "deny"])])).toMatchObject({
      action: "ask",
      permission: "edit",
    });
  });
});

describe("the platform's rules", () => {
  const subject = (permission: string, target: string): PermissionSubject => ({ permission, targets: [target], alwaysRule: target });
  test.each([
    ["bash", "npm test", "allow"],
    ["bash", "rm src/legacy.ts", "ask"],
    ["bash", "rm -rf dist", "ask"],
    ["bash", "git push origin main", "ask"],
    ["bash", "git status", "allow"],
    ["bash", "sudo ls", "ask"],
    ["bash", "npm publish --tag x", "ask"],
    ["read", ".env", "ask"],
    ["read", "config/.env.local", "ask"],
    ["read", "config/.env.example", "allow"],
    ["read", "src/environment.ts", "allow"],
    ["edit", "src/a.ts", "allow"],
    ["external_directory", "/etc/*", "ask"],
    ["external_directory", "/outputs/*", "allow"],
    ["doom_loop", "bash", "ask"],
  ])("%s %s: %s", (permission, target, action) => {
    expect(decide(subject(permission, target), [platformLayer]).action).toBe(action);
  });
});

test("a file that git runs by itself is asked about as a command is; every other edit stays free", () => {
  expect(decide(pathSubject("edit", [".git/hooks/pre-commit"]), [platformLayer])).toMatchObject({ action: "ask", permission: "bash" });
  expect(decide(pathSubject("edit", [".husky/pre-commit"]), [platformLayer]).action).toBe("ask");
  expect(decide(pathSubject("edit", [".github/workflows/ci.yml"]), [platformLayer]).action).toBe("allow");
  expect(decide(pathSubject("read", [".git/config"]), [platformLayer]).action).toBe("allow");
});

describe("patterns", () => {
  test.each([
    ["rm *", "rm", true],
    ["rm *", "rm a b", true],
    ["rm *", "rmdir x", false],
    ["*.env", "a/b/.env", true],
    ["*.env", ".env.example", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*", "", true],
    ["git *", "git commit -m 'a\nb'", true],
    ["a.c", "abc", false],
    ["(x|y)", "x", false],
    ["**/x", "a/b/x", true],
  ])("%s on %j: %s", (pattern, text, matches) => {
    expect(wildcardMatches(pattern, text)).toBe(matches);
  });
  test("take no time to speak of, however many wildcards they have", () => {
    const before = performance.now();
    expect(wildcardMatches("*a".repeat(500), "a".repeat(20_000).concat("b"))).toBe(false);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe("what “always” would save", () => {
  test.each([
    ["bash", "rm src/legacy.ts", "rm *"],
    ["bash", "npm test -- x", "npm test *"],
    ["bash", "npm run build", "npm run build *"],
    ["bash", "git push origin main", "git push *"],
    ["bash", "git -C sub push", "git -C sub push"],
    ["bash", "python -m pytest tests", "python -m pytest *"],
    ["bash", "ls", "ls *"],
    ["bash", 'docker "$X" y', 'docker "$X" y'],
    ["edit", "src/a/b.ts", "src/a/*"],
    ["edit", "README.md", "README.md"],
    ["read", "config/.env", "config/.env"],
  ])("%s %s → %s", (permission, target, rule) => {
    expect(suggestRule(permission, target)).toBe(rule);
    expect(wildcardMatches(rule, target)).toBe(true);
  });
});

import { describe, expect, test } from "vitest";
import { testRuns } from "../compare/test-runs.ts";
import { expandTemplate } from "./expand-template.ts";
import { parseCommandMarkdown } from "./parse-command.ts";
import { rankFiles } from "./rank-files.ts";
import { readMentions } from "./read-mentions.ts";

describe("a command's template", () => {
  test.each([
    ["Review $ARGUMENTS.", "the  diff", "Review the  diff."],
    ["From $1 to $2", "a b c d", "From a to b c d"],
    ["$1|$3", "'a b' c d e", "a b|d e"],
    ["Do it.", "now", "Do it.\n\nnow"],
    ["Do it.", "", "Do it."],
    ["Say $1", "$ARGUMENTS", "Say $ARGUMENTS"],
    ["It costs $0 and $", "x", "It costs $0 and $"],
  ])("%j with %j", (template, typed, text) => {
    expect(expandTemplate(template, typed)).toBe(text);
  });

  test("in Markdown has its agent, and Claude Code's own fields are nobody's mistake", () => {
    const origin = { name: "git/commit", source: "repository", path: ".claude/commands/git/commit.md" } as const;
    const { value, problems } = parseCommandMarkdown("---\nargument-hint: x\nagent: plan\nsubtask: true\n---\nGo.", origin);
    expect([value?.agent, value?.subtask, value?.template, problems]).toEqual(["plan", true, "Go.", []]);
    expect(parseCommandMarkdown("---\ndescription: x\n---\n", origin).value).toBeNull();
  });
});

describe("mentions", () => {
  test.each([
    ["see @src/a.ts, and (@b.md).", ["src/a.ts", "b.md"]],
    ["mail me@example.com", []],
    ['@"a file.md" @./x @../up @/etc/passwd', ["a file.md", "x"]],
    ["`@code` ```\n@block\n``` @real", ["real"]],
    ["@a @a", ["a"]],
  ])("of %j", (text, found) => {
    expect(readMentions(text)).toEqual(found);
  });
});

describe("files that fit", () => {
  const paths = ["src/session-view.ts", "src/view.ts", "README.md", "docs/session.md", "a/b/c/version.ts"];
  test.each([
    ["view", ["src/view.ts", "src/session-view.ts"]],
    ["readme", ["README.md"]],
    ["sesv", ["src/session-view.ts"]],
    ["zzz", []],
  ])("%j", (query, found) => {
    expect(rankFiles(paths, query, 2)).toEqual(found);
  });
  test("ten thousand paths are ranked at once", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `packages/p${index % 97}/src/file-${index}.ts`);
    expect(rankFiles(many, "file9999", 5)[0]).toBe("packages/p8/src/file-9999.ts");
  });
});

describe("test runs", () => {
  test("are the newest of each command that looks like one", () => {
    const runs = testRuns([
      { command: "cd x && npx vitest run", exitCode: 1 },
      { command: "npm test", exitCode: 0 },
      { command: "cat test.txt", exitCode: 0 },
      { command: "npm test", exitCode: 1 },
    ]);
    expect(runs).toEqual([
      { command: "npm test", exitCode: 0 },
      { command: "cd x && npx vitest run", exitCode: 1 },
    ]);
  });
});

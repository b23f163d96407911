import { describe, expect, test } from "vitest";
import { builtinAgents } from "./builtin-agents.ts";
import { effectivePermissions, mayEdit } from "./effective-permissions.ts";
import { parseFrontMatter } from "./front-matter.ts";
import { cleanTitle } from "./make-title.ts";
import { parseAgentMarkdown } from "./parse-agent.ts";

const origin = { name: "review", source: "repository", path: ".opencode/agent/review.md" } as const;
const parse = (text: string, more: Partial<typeof origin> | object = {}) => parseAgentMarkdown(text, { ...origin, ...more });

describe("an agent in Markdown", () => {
  test("is its front-matter and its prompt", () => {
    const { value, problems } = parse(
      "---\ndescription: Reviews.\nmode: subagent\nmodel: anthropic/claude-opus-5-5\ntemperature: 0.1\nsteps: 12\npermission:\n  edit: deny\n  bash:\n    '*': ask\n    'git diff *': allow\n---\n\nReview.\n",
    );
    expect(problems).toEqual([]);
    expect(value).toMatchObject({
      name: "review",
      description: "Reviews.",
      mode: "subagent",
      temperature: 0.1,
      steps: 12,
      prompt: "Review.",
    });
    expect(value?.permission).toEqual([
      { permission: "edit", pattern: "*", action: "deny" },
      { permission: "bash", pattern: "*", action: "ask" },
      { permission: "bash", pattern: "git diff *", action: "allow" },
    ]);
  });

  test("written for Claude Code keeps its tools, and the session's model", () => {
    const { value, problems } = parse(
      "---\nname: review\ndescription: Use this when: code is done\ntools: Read, Grep, Bash\nmodel: sonnet\n---\nLook.",
      {
        path: ".claude/agents/review.md",
      },
    );
    expect(problems).toEqual([]);
    expect(value).toMatchObject({ mode: "subagent", model: null, description: "Use this when: code is done" });
    expect(value?.tools.map(({ pattern, on }) => `${pattern}:${on}`)).toEqual(["*:false", "read:true", "grep:true", "bash:true"]);
  });

  test.each([
    ["---\na: [\n---\nx", "not valid YAML"],
    ["---\n- a\n---\nx", "not a list of fields"],
    ["---\ndescription: x\npermission:\n  edit: never\n---\nx", "rights can't be read"],
  ])("that can't be read is not used: %j", (text, message) => {
    const { value, problems } = parse(text);
    expect(value).toBeNull();
    expect(problems.at(-1)).toMatchObject({ severity: "error", message: expect.stringContaining(message) });
  });

  test.each([
    ["---\ndescription: x\npermission:\n  edit: never\n---\nx", 4, "permission.edit"],
    ["---\npermission:\n  bash:\n    '*': ask\n    'git *': alow\n---\nx", 5, "permission.bash.git *"],
    ["---\npermission:\n  bash:\n    '*':\n      x: ask\n---\nx", 4, "permission.bash.*"],
    ["---\npermission: [ask]\n---\nx", 2, "permission"],
    ["---\ntools: 3\n---\nx", 2, "tools"],
    ["---\ndescription: x\npermission:\n  edit: deny\n  edit: allow\n---\nx", 5, "permission"],
    ["---\npermission:\n  edit: [deny\n---\nx", 3, "permission"],
    ["---\npermission:\n  edit: deny\n\nReview.", 1, "permission"],
    ["\n\n---\npermission:\n  edit: no\n---\nReview.", 5, "permission.edit"],
    ["---\ndescription: x\npermissions:\n  edit: deny\n---\nx", 3, "permissions"],
  ])("whose rights can't be known says where: %j", (text, line, key) => {
    expect(parse(text).value).toBeNull();
    expect(parse(text).problems.at(-1)?.unknownRights).toEqual({ line, key });
  });

  test("is lenient with the rest, and says it", () => {
    const { value, problems } = parse("---\ntemperature: 9\ncolour: red\nmodel: opus-x\n---\nx");
    expect(value).toMatchObject({ temperature: null, model: null, prompt: "x" });
    expect(problems.map(({ severity }) => severity)).toEqual(["warning", "warning", "warning", "warning"]);
  });

  test("that is switched off, or has a bad name, is none", () => {
    expect(parse("---\ndisable: true\n---\nx")).toEqual({ value: null, problems: [] });
    expect(parse("x", { name: "Bad Name" }).problems[0]?.severity).toBe("error");
  });
});

describe("front-matter", () => {
  test("aliases that grow without bound are refused", () => {
    const bomb = `---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n`;
    expect(parseFrontMatter(bomb).ok).toBe(false);
  });
  test("a text without it is all body", () => {
    expect(parseFrontMatter("Just text.\n---\nmore")).toEqual({ ok: true, data: {}, body: "Just text.\n---\nmore" });
    expect(parseFrontMatter("---\n\nA line, then text.")).toMatchObject({ ok: true, data: {} });
  });
});

describe("what agents may do", () => {
  test("plan and explore can't edit; build and general can", () => {
    expect(builtinAgents.filter((agent) => !agent.hidden).map((agent) => [agent.name, mayEdit(agent)])).toEqual([
      ["build", true],
      ["plan", false],
      ["explore", false],
      ["general", true],
    ]);
  });

  test("the workspace's rules are heard before the agent's", () => {
    const workspace = { layer: "workspace", rules: [{ permission: "webfetch", pattern: "*", action: "deny" as const }] } as const;
    const found = effectivePermissions({ permission: [{ permission: "edit", pattern: "*", action: "deny" }] }, workspace);
    expect(found.find(({ permission }) => permission === "webfetch")).toMatchObject({ action: "deny", layer: "workspace" });
    expect(found.find(({ permission }) => permission === "edit")).toMatchObject({ action: "deny", layer: "agent", exceptions: [] });
    expect(found.find(({ permission }) => permission === "bash")?.exceptions).toContainEqual({
      pattern: "rm *",
      action: "ask",
      layer: "platform",
    });
  });
});

describe("a title", () => {
  test.each([
    ['"Fix the login"', "Fix the login"],
    ["Title: Fix it.\nmore", "Fix it"],
    ["<think>hm</think>\n# Mend", "Mend"],
    ["  \n", null],
  ])("out of %j", (text, title) => {
    expect(cleanTitle(text)).toBe(title);
  });
});

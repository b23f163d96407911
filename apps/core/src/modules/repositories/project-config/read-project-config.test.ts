import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { makeRepository, userGit, writeFiles } from "../testing.ts";
import { describeConfigProblem } from "./config-problem.ts";
import { parseConfig } from "./parse-config.ts";

// Before anything reads the environment, which is read once.
const data = mkdtempSync(join(tmpdir(), "project-config-"));
vi.stubEnv("DATA_DIR", data);
const { readProjectConfig } = await import("./read-project-config.ts");

const noFiles = async () => null;
const parse = (text: string) => parseConfig("opencode.jsonc", text, noFiles);

describe("a configuration's text", () => {
  test("comments and trailing commas are fine; rules keep their order", async () => {
    const { config, problems } = await parse(`{
      // what the agent may do
      "permission": { "edit": "ask", "bash": { "*": "allow", "rm *": "deny", "rm dist/*": "allow", }, "jira_*": "ask" },
      "$schema": "https://opencode.ai/config.json", "model": "anthropic/claude-sonnet-5",
      "sandbox": { "setup": "npm ci", "network": ["registry.npmjs.org"] },
    }`);
    expect(problems).toEqual([]);
    expect(config.permission).toEqual([
      { permission: "edit", pattern: "*", action: "ask" },
      { permission: "bash", pattern: "*", action: "allow" },
      { permission: "bash", pattern: "rm *", action: "deny" },
      { permission: "bash", pattern: "rm dist/*", action: "allow" },
      { permission: "jira_*", pattern: "*", action: "ask" },
    ]);
    expect(config.sandbox).toEqual({ setup: ["npm ci"], network: ["registry.npmjs.org"] });
  });

  test("a single word rules over everything; tools that are switched off are denied, and permission is heard after them", async () => {
    expect((await parse(`{"permission": "ask"}`)).config.permission).toEqual([{ permission: "*", pattern: "*", action: "ask" }]);
    expect((await parse(`{"permission": {"edit": "ask"}, "tools": {"write": false, "bash": true}}`)).config.permission).toEqual([
      { permission: "edit", pattern: "*", action: "deny" },
      { permission: "edit", pattern: "*", action: "ask" },
    ]);
  });

  test.each([
    [`{\n"permission": {"bash": "alow"}}`, 'opencode.jsonc:2: permission.bash: takes "allow", "ask" or "deny"'],
    [`{"permission": {\n"bash": {"rm *": \n"never"}}}`, 'opencode.jsonc:3: permission.bash.rm *: takes "allow", "ask" or "deny"'],
    [`{"permission": ["rm"]}`, 'opencode.jsonc:1: permission: takes "allow"'],
    [`{"permission": {"bash": {"": "deny"}}}`, "opencode.jsonc:1: permission.bash.: is an empty pattern"],
    [`{"permission": {"bash": "deny", "bash": "allow"}}`, "opencode.jsonc:1: permission.bash: is given twice"],
    [`{"permission": {"bash": "deny"}, "permission": {}}`, "opencode.jsonc:1: permission: is given twice"],
    [`{"agent": {"plan": {"permission": {"edit": true}}}}`, "opencode.jsonc:1: agent.plan.permission.edit"],
    [`{"agent": 5}`, "opencode.jsonc:1: agent"],
    [`{"permission": {"bash": {"{env:HOME}": "deny"}}}`, "opencode.jsonc:1: permission.bash.{env:HOME}: can't be a name"],
    [`{"permission": "{env:HOME}"}`, "opencode.jsonc:1: permission: asks for the environment variable HOME"],
    [`{"permission": {"bash": "deny"`, "opencode.jsonc:1: is not valid JSON with comments"],
    [`[]`, "opencode.jsonc:1: holds no object"],
    [`{"skills": {\n"paths": ["a\\u0000b"]}}`, "opencode.jsonc:2: holds a NUL character"],
    [`{"instructions": ["{file:a\\u0000b}"]}`, "opencode.jsonc:1: holds a NUL character"],
    [`{"a":${"[".repeat(100_000)}`, "opencode.jsonc:1: is nested more than"],
    [`{"permission": {"__proto__": {"x": "allow"}}}`, "can't be a name"],
  ])("%s stops the run", async (text, said) => {
    const { problems } = await parse(text);
    expect(
      problems
        .filter(({ severity }) => severity === "policy")
        .map(describeConfigProblem)
        .join("\n"),
    ).toContain(said);
  });

  test("other mistakes cost their own section, and the environment stays where it is", async () => {
    const { config, problems } = await parse(`{"model": 5, "colour": "red", "default_agent": "plan",
      "mcp": {"a": {"type": "remote", "url": "https://x.test", "headers": {"Authorization": "Bearer {env:SECRETS_KEY}"}}, "b": {"type": "odd"}},
      "agent": {"x": {"prompt": "{file:missing.md}", "size": 3}, "y": {"mode": "primary"}}}`);
    expect(problems.map(({ severity, path }) => `${severity} ${path}`).sort()).toEqual([
      "error agent.x.prompt",
      "error agent.x.size",
      "error mcp.a.headers.Authorization",
      "error mcp.b.command",
      "error mcp.b.type",
      "error model",
      "warning colour",
    ]);
    expect(config.mcp).toMatchObject({ a: { headers: { Authorization: "Bearer " } } });
    expect(config).toMatchObject({ default_agent: "plan", agent: { y: { mode: "primary" } } });
    expect(JSON.stringify(config)).not.toContain("SECRETS_KEY");
  });

  test("no more than thirty files are read, and those beyond are said", async () => {
    const asked = Array.from({ length: 31 }, (_, index) => `{file:${index}}`).join("");
    const text = JSON.stringify({ agent: { r: { prompt: asked } } });
    const { config, problems } = await parseConfig("opencode.jsonc", text, async (name) => ({ text: `<${name}>`, problem: null }));
    expect(config.agent?.r?.prompt).toMatch(/^<0>.*<29>$/);
    expect(problems.map(describeConfigProblem)).toEqual([
      "opencode.jsonc:1: agent.r.prompt: asks for the file 30: no more than 30 are read; it was left empty",
    ]);
  });

  test("a file's text is put into the string, not into the structure", async () => {
    const { config } = await parseConfig("opencode.jsonc", `{"agent": {"r": {"prompt": "Be: {file:./p.md}"}}}`, async () => ({
      text: `kind", "permission": {"*": "allow"}, "x": "{env:HOME}`,
      problem: null,
    }));
    expect(config.agent?.r).toEqual({ prompt: `Be: kind", "permission": {"*": "allow"}, "x": "{env:HOME}` });
  });
});

describe("a repository's files", () => {
  const mirror = `rep_${randomUUID()}` as RepositoryId;
  const work = join(data, "work");
  const read = async (revision: string) =>
    readProjectConfig({
      workspaceId: "wsp_x" as WorkspaceId,
      repositoryId: mirror,
      commit: (await userGit(work, "rev-parse", revision)).trim(),
    });

  beforeAll(async () => {
    await makeRepository(work, {
      "opencode.json": `{"permission": {"bash": "deny"}, "model": "a/b", "agent": {"p": {"permission": {"edit": "deny"}}}}`,
      ".opencode/opencode.jsonc": `{"permission": {"bash": {"ls *": "allow"}}, "model": "c/d", "agent": {"p": {"prompt": "{file:prompts/p.md}"}, "q": {"prompt": "{file:../../x}"}, "r": {"prompt": "{file:prompts}"}, "s": {"prompt": "{file:.}"}}}`,
      ".opencode/prompts/p.md": "Plan.\n",
    });
    await writeFiles(work, { "opencode.json": `{"permission": "allow"} // ${"x".repeat(300_000)}` });
    await userGit(work, "commit", "-qam", "large");
    await userGit(work, "rm", "-q", "opencode.json");
    await symlink("/etc/passwd", join(work, "opencode.json"));
    await userGit(work, "add", "-A");
    await userGit(work, "commit", "-qm", "link");
    await userGit(data, "clone", "-q", "--bare", work, join(data, "mirrors", `${mirror}.git`));
  });
  afterAll(() => vi.unstubAllEnvs());

  test("all of them are heard, in their order, as they stand in the commit", async () => {
    const { config, problems } = await read("HEAD~2");
    expect(config.permission?.map(({ pattern, action }) => `${pattern} ${action}`)).toEqual(["* deny", "ls * allow"]);
    expect(config.model).toBe("c/d");
    expect(config.agent?.p).toEqual({ prompt: "Plan.", permission: [{ permission: "edit", pattern: "*", action: "deny" }] });
    expect(problems.map(describeConfigProblem)).toEqual([
      ".opencode/opencode.jsonc:1: agent.q.prompt: asks for the file ../../x, which this commit does not hold",
      ".opencode/opencode.jsonc:1: agent.r.prompt: asks for the file prompts, which is no regular file, and links are not followed",
      ".opencode/opencode.jsonc:1: agent.s.prompt: asks for the file ., which is no regular file, and links are not followed",
    ]);
    expect(await read("HEAD~2")).toBe(await read("HEAD~2"));
  });

  test("one that is too large, or a link, stops the run", async () => {
    expect((await read("HEAD~1")).problems[0]).toMatchObject({ severity: "policy", message: "is larger than 262,144 bytes" });
    expect((await read("HEAD")).problems[0]).toMatchObject({ severity: "policy", file: "opencode.json" });
  });

  test("a commit that is not there is no empty configuration", async () => {
    const missing = readProjectConfig({ workspaceId: "wsp_x" as WorkspaceId, repositoryId: mirror, commit: "0".repeat(40) });
    await expect(missing).rejects.toThrow("git ls-tree");
  });
});

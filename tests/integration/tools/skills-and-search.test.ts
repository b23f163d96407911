import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { validate } from "skills-ref";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const scratch = await mkdtemp(join(tmpdir(), "skills-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));
vi.stubEnv("SINGLE_MACHINE", "true");

const { makeRepository, userGit, writeFiles } = await import("@opencode/core/modules/repositories/testing.ts");
const { mirrorPath } = await import("@opencode/core/modules/repositories/data-paths.ts");
const { availableSkills, skillCatalogue, skillFiles } = await import("@opencode/core/modules/skills/index.ts");
const { listRepositorySkills } = await import("@opencode/core/modules/skills/list-repository-skills.ts");
const { changeSkill, createSkill, removeSkill } = await import("@opencode/core/modules/skills/save-skill.ts");
const { uploadSkill } = await import("@opencode/core/modules/skills/upload-skill.ts");
const { readSkillFile } = await import("@opencode/core/modules/skills/read-skill-file.ts");
const { skillPathSchema, skillUploadSchema } = await import("@opencode/core/modules/skills/contract.ts");
const { sessionTools } = await import("@opencode/core/modules/tools/index.ts");
const { addSearchKey, removeSearchKey } = await import("@opencode/core/modules/tools/search-keys/change-search-keys.ts");
const { findSearchKeys } = await import("@opencode/core/modules/tools/search-keys/repo.ts");

const [workspaceId, actorId, repositoryId, sessionId] = [newId("workspace"), newId("user"), newId("repository"), newId("session")];
const actor = { workspaceId, actorId };
let commit = "";
let searchStatus = 200;
const searched: string[] = [];
const search = createServer((request, response) => {
  const isSearxng = request.headers["x-subscription-token"] === undefined;
  searched.push(isSearxng ? "searxng" : "brave");
  const results = [
    { title: "A page", url: "https://a.example/", [isSearxng ? "content" : "description"]: isSearxng ? "of SearXNG" : "of Brave" },
  ];
  response
    .writeHead(isSearxng ? 200 : searchStatus, { "content-type": "application/json" })
    .end(JSON.stringify({ web: { results }, results }));
});

const skillFile = (front: string, body: string) => `---\n${front}\n---\n\n${body}\n`;

beforeAll(async () => {
  await dangerouslyAcrossTenants("a workspace with a repository", async (tx) => {
    await tx.user.create({ data: { id: actorId, email: "skills@example.com" } });
    await tx.workspace.create({ data: { id: workspaceId, slug: "skills-and-search", name: "Skills" } });
  });
  const source = join(scratch, "source");
  // The shapes that public skills have; one of them is longer than the specification allows.
  await makeRepository(source, {
    "README.md": "hello\n",
    ".claude/skills/pdf/SKILL.md": skillFile(
      "name: pdf\ndescription: Fills in PDF forms.\nlicense: Proprietary. LICENSE.txt has complete terms",
      "# PDF\nRun scripts/fill.py.",
    ),
    ".claude/skills/pdf/scripts/fill.py": "print(1)\n",
    ".claude/skills/pdf/LICENSE.txt": "no\n",
    ".claude/skills/long/SKILL.md": skillFile(`name: long\ndescription: ${"It does this and that. ".repeat(60)}`, "Long."),
    ".claude/skills/broken/SKILL.md": skillFile("name: broken\ndescription: [never closed", "Broken."),
    ".agents/skills/pdf/SKILL.md": skillFile("name: pdf\ndescription: Another one.", "Another."),
    ".opencode/skills/release/SKILL.md": skillFile("name: release\ndescription: Cuts a release.", "Tag it."),
    "tools/skills/own/SKILL.md": skillFile("name: own\ndescription: From a configured place.", "Own."),
    "opencode.json": JSON.stringify({ skills: { paths: ["./tools/skills"] } }),
  });
  await userGit(scratch, "clone", "--bare", "--quiet", source, mirrorPath(repositoryId));
  commit = (await userGit(source, "rev-parse", "HEAD")).trim();
  await withTenant(workspaceId, (tx) =>
    tx.repository.create({
      data: {
        id: repositoryId,
        workspaceId,
        name: "skills",
        kind: "local",
        location: source,
        state: "ready",
        headCommit: commit,
        createdById: actorId,
      },
    }),
  );
  await new Promise<void>((ready) => search.listen(0, "127.0.0.1", ready));
});

afterAll(async () => {
  search.closeAllConnections();
  search.close();
  await rm(scratch, { recursive: true, force: true });
});

const scope = () => ({ workspaceId, repositoryId, commit });
const tools = () => sessionTools({ workspaceId, sessionId, repositoryId, baseCommit: commit });
const sandbox = { writeFile: async () => undefined } as unknown as OpenSandbox;
const call = async (name: string, input: unknown) => {
  const tool = (await tools()).find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool.execute(input, { workspaceId, sessionId, sandbox, callId: "call_1" });
};

test("a repository's skills are read from its commit, leniently, and what is wrong is said", async () => {
  const { skills, problems } = await availableSkills(scope());
  expect(skills.map(({ name }) => name)).toEqual(["long", "own", "pdf", "release"]);
  expect(problems.map(({ path, severity }) => `${severity} ${path}`).sort()).toEqual([
    "skipped .agents/skills/pdf/SKILL.md",
    "skipped .claude/skills/broken/SKILL.md",
    "warning .claude/skills/long/SKILL.md",
  ]);
  const { text } = skillCatalogue(skills, 16_384);
  expect(text).toContain("- pdf: Fills in PDF forms.");
  expect(text).not.toContain("Run scripts");
  const shown = await listRepositorySkills({ workspaceId, repositoryId });
  expect(shown.skills.find(({ name }) => name === "pdf")).toMatchObject({ path: ".claude/skills/pdf/SKILL.md", files: 2 });
});

test("a folder is uploaded with its files, replaced by version, and put into the sandbox when it is loaded", async () => {
  const scopeOf = actor;
  const file = (path: string, text: string | Buffer) => ({ path, content: Buffer.from(text).toString("base64") });
  const main = (name: string, more = "") => `---\nname: ${name}\ndescription: Cuts a release.\n${more}---\nRun scripts/cut.sh.\n`;
  const { files: folder } = skillUploadSchema.parse({
    files: [
      file("cut/SKILL.md", main("cut")),
      file("cut/scripts/cut.sh", "echo cut\n"),
      file("cut/.DS_Store", "x"),
      file("cut/.git/HEAD", "ref: refs/heads/main\n"),
      ...Array.from({ length: 120 }, (_, at) => file(`cut/.git/objects/${at}`, "x")),
      file("cut/a.bin", Buffer.from([0, 255])),
    ],
  });
  const skill = await uploadSkill({ ...scopeOf, files: folder });
  expect(skill).toMatchObject({ name: "cut", version: 1, updatedByName: expect.any(String) });
  expect(skill.files).toEqual([
    { path: "a.bin", sizeBytes: 2 },
    { path: "scripts/cut.sh", sizeBytes: 9 },
  ]);
  await expect(uploadSkill({ ...scopeOf, files: folder })).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(uploadSkill({ ...scopeOf, files: folder, replaces: 7 })).rejects.toMatchObject({ code: "CONFLICT" });
  const next = await uploadSkill({ ...scopeOf, files: [...folder.slice(0, 2), file("cut/notes.md", "n")], replaces: 1 });
  expect(next).toMatchObject({ version: 2, files: [{ path: "notes.md" }, { path: "scripts/cut.sh" }] });
  expect(await readSkillFile({ workspaceId, skillId: next.id, path: "notes.md" })).toEqual({ text: "n", sizeBytes: 1 });
  await expect(readSkillFile({ workspaceId, skillId: next.id, path: "a.bin" })).rejects.toMatchObject({ code: "NOT_FOUND" });

  const written: string[] = [];
  const noting = { writeFile: async (_: string, path: string) => void written.push(path) } as unknown as OpenSandbox;
  const tool = (await tools()).find(({ name }) => name === "skill");
  const loaded = await tool?.execute({ name: "cut" }, { workspaceId, sessionId, sandbox: noting, callId: "call_2" });
  const directory = `.opencode/output/skills/${next.id}-2`;
  expect(written).toEqual([`${directory}/notes.md`, `${directory}/scripts/cut.sh`]);
  expect(loaded?.output).toContain(`Paths in it are relative to /workspace/${directory}. Its files:`);
  expect(await skillFiles({ workspaceId, skillId: next.id, version: 1 })).toEqual([]);

  const refusals: [string, { path: string; content: string }[], RegExp][] = [
    ["no SKILL.md", [file("readme.md", "x")], /no SKILL\.md/],
    ["another name than its folder", [file("else/SKILL.md", main("cut2"))], /not its directory's/],
    ["an unknown field", [file("SKILL.md", main("cut2", "colour: red\n"))], /nobody knows: colour/],
    ["no description", [file("SKILL.md", "---\nname: cut2\n---\nx")], /no description/],
    ["a file twice", [file("SKILL.md", main("cut2")), file("a", "1"), file("A", "2")], /twice/],
    [
      "too much in all",
      [file("SKILL.md", main("cut2")), ...Array.from({ length: 5 }, (_, at) => file(`f${at}`, "x".repeat(230_000)))],
      /larger than 1 MB/,
    ],
  ];
  for (const [, files, message] of refusals)
    await expect(uploadSkill({ ...scopeOf, files })).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      message: expect.stringMatching(message),
    });
  for (const path of ["../x", "/x", "a//b", "a/../b", ".git/config", "a\\b", "a/.", " a", "a\u0000"])
    expect(skillPathSchema.safeParse(path).success, path).toBe(false);
  for (const path of ["a", "scripts/a b.py", "a..b/.env", "ü/é.md"]) expect(skillPathSchema.safeParse(path).success, path).toBe(true);
  await removeSkill({ ...scopeOf, skillId: next.id });
});

test("the skill tool loads the text and tells where its files are", async () => {
  const loaded = await call("skill", { name: "pdf" });
  expect(loaded).toMatchObject({
    isError: false,
    metadata: { skill: { kind: "repository", name: "pdf", path: ".claude/skills/pdf/SKILL.md", commit } },
  });
  expect(loaded.output).toBe(
    '<skill name="pdf">\n# PDF\nRun scripts/fill.py.\n</skill>\nPaths in it are relative to /workspace/.claude/skills/pdf. Its files:\n- /workspace/.claude/skills/pdf/LICENSE.txt\n- /workspace/.claude/skills/pdf/scripts/fill.py',
  );
  expect(await call("skill", { name: "nope" })).toMatchObject({
    isError: true,
    output: expect.stringContaining("There are: long, own, pdf, release."),
  });
  const subject = await (await tools()).find(({ name }) => name === "skill")?.subject({ name: "pdf" });
  expect(subject).toMatchObject({ permission: "skill", targets: ["pdf"] });
});

test("what a session writes does not speak to it: only the base commit is read", async () => {
  await writeFiles(join(scratch, "source"), { ".claude/skills/injected/SKILL.md": skillFile("name: injected\ndescription: New.", "New.") });
  await userGit(join(scratch, "source"), "add", "--all");
  await userGit(join(scratch, "source"), "commit", "--quiet", "-m", "second");
  await userGit(mirrorPath(repositoryId), "fetch", "--quiet", join(scratch, "source"), "+refs/heads/*:refs/heads/*");
  expect((await availableSkills(scope())).skills.some(({ name }) => name === "injected")).toBe(false);
});

test("a workspace's skills are published strictly, in versions; a repository's of the same name comes first", async () => {
  const input = { name: "bug-report", description: "Answers a bug report. Use for issues.", body: "# Steps\nReproduce it." };
  const skill = await createSkill({ ...actor, input });
  await expect(createSkill({ ...actor, input })).rejects.toMatchObject({ code: "CONFLICT" });
  await createSkill({ ...actor, input: { ...input, name: "release" } });
  const { skills } = await availableSkills(scope());
  expect(skills.find(({ name }) => name === "release")?.origin.kind).toBe("repository");
  expect(await call("skill", { name: "bug-report" })).toMatchObject({
    output: '<skill name="bug-report">\n# Steps\nReproduce it.\n</skill>',
  });

  const changed = await changeSkill({ ...actor, skillId: skill.id, version: 1, change: { body: "Other." } });
  expect(changed).toMatchObject({ version: 2, body: "Other.", description: input.description });
  await expect(changeSkill({ ...actor, skillId: skill.id, version: 1, change: { enabled: false } })).rejects.toThrow(/version 2 now/);
  await expect(changeSkill({ ...actor, skillId: skill.id, version: 2, change: { name: "release" } })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await changeSkill({ ...actor, skillId: skill.id, version: 2, change: { enabled: false } });
  expect((await availableSkills(scope())).skills.some(({ name }) => name === "bug-report")).toBe(false);

  // What is published here is a skill by the specification's own validator.
  const directory = join(scratch, input.name);
  await writeFiles(directory, { "SKILL.md": skillFile(`name: ${input.name}\ndescription: ${input.description}`, input.body) });
  expect(await validate(directory)).toEqual([]);
  await removeSkill({ ...actor, skillId: skill.id });
  await expect(removeSkill({ ...actor, skillId: skill.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("websearch is offered with a key only; a provider that fails gives way to the next", async () => {
  const baseUrl = `http://127.0.0.1:${(search.address() as AddressInfo).port}`;
  const offered = async () => (await tools()).some(({ name }) => name === "websearch");
  expect(await offered()).toBe(false);
  searchStatus = 401;
  await expect(addSearchKey({ ...actor, input: { provider: "brave", key: "a-brave-secret", baseUrl } })).rejects.toThrow(
    /refuses the key \(401\).*It was not saved\./,
  );
  searchStatus = 200;
  const brave = await addSearchKey({ ...actor, input: { provider: "brave", key: "a-brave-secret", baseUrl } });
  expect(brave).toMatchObject({ provider: "brave", hint: "cret" });
  expect(JSON.stringify(brave)).not.toContain("a-brave-secret");
  await addSearchKey({ ...actor, input: { provider: "searxng", baseUrl } });
  expect(await offered()).toBe(true);
  expect(await call("websearch", { query: "pages" })).toMatchObject({
    isError: false,
    output: "1. [A page](https://a.example/)\n   of Brave",
    metadata: { provider: "Brave Search" },
  });

  searchStatus = 429;
  searched.length = 0;
  expect(await call("websearch", { query: "pages" })).toMatchObject({
    output: expect.stringContaining("of SearXNG"),
    metadata: { provider: "SearXNG" },
  });
  expect(searched).toEqual(["brave", "searxng"]);
  const stored = () => withTenant(workspaceId, (tx) => findSearchKeys(tx, workspaceId));
  const [noted, other] = await stored();
  expect(noted?.lastError).toContain("too many searches (429)");

  await removeSearchKey({ ...actor, keyId: other?.id ?? "" });
  expect(await call("websearch", { query: "pages" })).toMatchObject({
    isError: true,
    output: expect.stringContaining("too many searches"),
  });
  searchStatus = 200;
  await call("websearch", { query: "pages" });
  expect((await stored())[0]?.lastError).toBeNull();
});

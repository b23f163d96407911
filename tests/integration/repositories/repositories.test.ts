import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type GitServer, serveGit } from "./git-http-server.ts";

const scratch = await mkdtemp(join(tmpdir(), "repositories-"));
const dataDirectory = join(scratch, "data");
vi.stubEnv("DATA_DIR", dataDirectory);

const {
  checkout,
  connectRepository,
  diffWorkspace,
  ensureSampleRepository,
  forgetSession,
  getRepository,
  listRepositories,
  mirrorRepository,
  packDiff,
  readDiff,
  refreshRepository,
  removeRepository,
  saveDiff,
  sweepLeftovers,
} = await import("@opencode/core/modules/repositories/index.ts");
const { makeRepository, userGit, writeFiles } = await import("@opencode/core/modules/repositories/testing.ts");

const canary = "canary-3f9c2a71-secret";
const workspaceId = newId("workspace");
const actorId = newId("user");
const root = join(scratch, "served");
let server: GitServer;

beforeAll(async () => {
  await dangerouslyAcrossTenants("a workspace to connect repositories in", async (tx) => {
    await tx.user.create({ data: { id: actorId, email: "owner@example.com" } });
    await tx.workspace.create({
      data: { id: workspaceId, slug: "repos", name: "Repos", members: { create: { id: newId("member"), userId: actorId, role: "owner" } } },
    });
  });
  await makeRepository(join(root, "app"), { "README.md": "hello\n", "src/a.ts": "export const a = 1;\n" });
  await makeRepository(join(root, "..", "other"), { "x.txt": "x\n" });
  await mkdir(join(root, "empty"), { recursive: true });
  await userGit(join(root, "empty"), "init", "--quiet");
  server = await serveGit(root, { password: canary });
});

afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

const scope = { workspaceId: workspaceId as WorkspaceId, actorId: actorId as UserId };
const keyOf = (repositoryId: RepositoryId) => ({ workspaceId: scope.workspaceId, repositoryId });

async function connectAndMirror(url: string, token?: string) {
  const row = await connectRepository(scope, { kind: "url", url, ...(token === undefined ? {} : { token }) });
  expect(row.state).toBe("connecting");
  await mirrorRepository(keyOf(row.id));
  return getRepository(keyOf(row.id));
}

async function newSession(repositoryId: RepositoryId) {
  const sessionId = newId("session");
  await withTenant(scope.workspaceId, (tx) =>
    tx.session.create({
      data: { id: sessionId, workspaceId, repositoryId, title: "t", origin: "browser", actorKind: "user", actorId, model: "demo" },
    }),
  );
  return sessionId;
}

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

describe("connecting", () => {
  test("with a token: mirrored, ready, and the token stands nowhere but sealed in its row", async () => {
    const commands: string[] = [];
    const watch = setInterval(() => {
      try {
        commands.push(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }));
      } catch {
        // A look missed is no finding.
      }
    }, 60);
    const row = await connectAndMirror(`${server.origin}/app/.git`, canary);
    clearInterval(watch);
    expect(row).toMatchObject({ state: "ready", defaultBranch: "main", fileCount: 2, lastError: null, name: "app" });
    expect(server.credentials.at(-1)).toBe(`x-access-token:${canary}`);

    const directory = join(scratch, "work-token");
    const sessionId = await newSession(row.id);
    const { branch, baseCommit } = await checkout({ ...keyOf(row.id), sessionId, directory });
    expect(branch).toBe(`opencode/${sessionId.slice(-8)}`);
    expect(await readFile(join(directory, "src/a.ts"), "utf8")).toContain("a = 1");
    expect((await userGit(directory, "rev-parse", "HEAD", "--abbrev-ref", "HEAD")).trim().split("\n")).toEqual([baseCommit, branch]);
    expect(await userGit(directory, "status", "--porcelain")).toBe("");
    for (const path of [...filesBelow(dataDirectory), ...filesBelow(directory)]) {
      expect(readFileSync(path).includes(canary), path).toBe(false);
    }
    expect(existsSync(join(directory, ".git/hooks"))).toBe(false);
    expect(existsSync(join(directory, ".git/objects/info/alternates"))).toBe(false);
    expect(await readFile(join(directory, ".git/config"), "utf8")).not.toContain(dataDirectory);
    for (const path of filesBelow(join(directory, ".git/objects"))) expect(statSync(path).nlink, path).toBe(1);
    expect(commands.join("\n")).not.toContain(canary);
    const stored = await dangerouslyAcrossTenants("looking for the secret in every row", (tx) =>
      Promise.all([tx.repository.findMany(), tx.auditEntry.findMany(), tx.outboxEvent.findMany()]),
    );
    expect(JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))).not.toContain(canary);
    expect(stored[1].map((entry) => entry.action)).toContain("repositories.connect");
    expect(stored[2].map((event) => event.name)).toContain("repositories/repository.connected");
  });

  test("credentials in the address are taken out of it", async () => {
    const row = await connectAndMirror(`${server.origin.replace("//", `//somebody:${canary}@`)}/app/.git/`);
    expect(row.location).toBe(`${server.origin}/app/.git`);
    expect(row.state).toBe("ready");
    expect(server.credentials.at(-1)).toBe(`somebody:${canary}`);
  });

  test("the same place twice is one repository", async () => {
    const before = await listRepositories(scope.workspaceId);
    const again = await connectRepository(scope, { kind: "url", url: `${server.origin}/app/.git`, token: canary });
    expect(await listRepositories(scope.workspaceId)).toHaveLength(before.length);
    await mirrorRepository(keyOf(again.id));
    expect((await getRepository(keyOf(again.id))).state).toBe("ready");
  });

  test.each([
    ["a wrong token", "/app/.git", `wrong-${canary}`, /sign-in|token/],
    ["no token", "/app2/.git", undefined, /token/],
    ["no such repository", "/nothing.git", canary, /no such repository|no git repository/i],
    ["an empty repository", "/empty/.git", canary, /empty.*Push a first commit/],
  ])("%s is told in a sentence that says what to do", async (_, path, token, message) => {
    const row = await connectAndMirror(`${server.origin}${path}?x=${path.length}`, token);
    expect(row.state).toBe("failed");
    expect(row.lastError).toMatch(message);
    expect(row.lastError).not.toContain(canary);
    await removeRepository(keyOf(row.id), scope.actorId);
    await expect(getRepository(keyOf(row.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(refreshRepository(keyOf(row.id))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a server that is not there, breaks off, or sends elsewhere; the token goes to no other host", async () => {
    const gone = await connectAndMirror("http://127.0.0.1:1/x.git", canary);
    expect(gone.lastError).toMatch(/can't be reached/);
    const thief = await serveGit(root, { password: "never" });
    const straying = await serveGit(root, { password: canary, redirectTo: thief.origin });
    straying.mode = "redirect";
    const row = await connectAndMirror(`${straying.origin}/app/.git`, canary);
    expect(row.state).toBe("failed");
    expect(thief.credentials).toEqual([]);
    straying.mode = "break";
    await mirrorRepository(keyOf(row.id));
    expect((await getRepository(keyOf(row.id))).lastError).toMatch(/can't be reached/);
    await thief.close();
    await straying.close();
  });

  test("a local path, its uncommitted work left out", async () => {
    const row = await connectRepository(scope, { kind: "local", path: join(scratch, "other") });
    await mirrorRepository(keyOf(row.id));
    expect(await getRepository(keyOf(row.id))).toMatchObject({ state: "ready", name: "other", fileCount: 1 });
    const missing = await connectRepository(scope, { kind: "local", path: join(scratch, "not there") });
    await mirrorRepository(keyOf(missing.id));
    expect((await getRepository(keyOf(missing.id))).lastError).toMatch(/no directory/);
  });

  test("the sample is one repository however often it is asked for, and the same commit everywhere", async () => {
    const [first, second] = await Promise.all([ensureSampleRepository(scope), ensureSampleRepository(scope)]);
    expect([second.id, (await ensureSampleRepository(scope)).id]).toEqual([first.id, first.id]);
    await mirrorRepository(keyOf(first.id));
    const one = await getRepository(keyOf(first.id));
    await rm(join(dataDirectory, "mirrors", `${first.id}.git`), { recursive: true });
    await mirrorRepository(keyOf(first.id));
    const two = await getRepository(keyOf(first.id));
    expect(one).toMatchObject({ state: "ready", defaultBranch: "main" });
    expect(two.headCommit).toBe(one.headCommit);
    expect(one.fileCount).toBeGreaterThan(3);
  });
});

describe("checking out", () => {
  test("is idempotent, and a rebuilt sandbox starts from the same commit although the repository moved on", async () => {
    const row = await connectAndMirror(`${server.origin}/app/.git`, canary);
    const sessionId = await newSession(row.id);
    const directory = join(scratch, "work-again");
    const first = await checkout({ ...keyOf(row.id), sessionId, directory });
    await writeFile(join(directory, "README.md"), "changed\n");
    expect(await checkout({ ...keyOf(row.id), sessionId, directory })).toMatchObject({ baseCommit: first.baseCommit });
    expect(await readFile(join(directory, "README.md"), "utf8")).toBe("changed\n");

    await writeFiles(join(root, "app"), { "later.txt": "later\n" });
    await userGit(join(root, "app"), "add", "--all");
    await userGit(join(root, "app"), "commit", "--quiet", "-m", "later");
    await mirrorRepository(keyOf(row.id));
    const rebuilt = join(scratch, "work-rebuilt");
    await writeFiles(rebuilt, { "half/written.txt": "left by a crash\n" });
    expect(await checkout({ ...keyOf(row.id), sessionId, directory: rebuilt })).toMatchObject({
      baseCommit: first.baseCommit,
      branch: first.branch,
    });
    expect(existsSync(join(rebuilt, "later.txt"))).toBe(false);
    expect(existsSync(join(rebuilt, "half"))).toBe(false);
    expect((await diffWorkspace({ ...keyOf(row.id), sessionId, directory: rebuilt, baseCommit: first.baseCommit })).diff.files).toEqual([]);
  });

  test("a vanished repository: the mirror serves, with a warning; without one the reason is said", async () => {
    await makeRepository(join(root, "fleeting"), { "f.txt": "f\n" });
    const row = await connectAndMirror(`${server.origin}/fleeting/.git`, canary);
    await rename(join(root, "fleeting"), join(root, "fled"));
    await withTenant(scope.workspaceId, (tx) => tx.repository.updateMany({ where: { id: row.id }, data: { lastFetchedAt: new Date(0) } }));
    const kept = await checkout({ ...keyOf(row.id), sessionId: await newSession(row.id), directory: join(scratch, "work-fled") });
    expect(kept.warning).toMatch(/no such repository/);
    expect(existsSync(join(scratch, "work-fled/f.txt"))).toBe(true);
    await rm(join(dataDirectory, "mirrors", `${row.id}.git`), { recursive: true });
    await expect(
      checkout({ ...keyOf(row.id), sessionId: await newSession(row.id), directory: join(scratch, "work-none") }),
    ).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      message: expect.stringMatching(/can't be checked out.*no such repository/),
    });
  });

  test("a branch that was removed upstream leaves the mirror; the session's ground stays", async () => {
    await makeRepository(join(root, "branches"), { "b.txt": "b\n" });
    await userGit(join(root, "branches"), "branch", "feature");
    const row = await connectAndMirror(`${server.origin}/branches/.git`, canary);
    const sessionId = await newSession(row.id);
    const { baseCommit } = await checkout({ ...keyOf(row.id), sessionId, directory: join(scratch, "work-branches") });
    await userGit(join(root, "branches"), "branch", "-D", "feature");
    await userGit(join(root, "branches"), "commit", "--quiet", "--amend", "-m", "rewritten");
    await mirrorRepository(keyOf(row.id));
    const mirror = join(dataDirectory, "mirrors", `${row.id}.git`);
    expect((await userGit(mirror, "for-each-ref", "--format=%(refname)")).trim().split("\n")).toEqual([
      "refs/heads/main",
      `refs/opencode/sessions/${sessionId}`,
    ]);
    expect((await userGit(mirror, "cat-file", "-t", baseCommit)).trim()).toBe("commit");
  });
});

test("removed while sessions work on it: they go on from what is here, and the last one takes it along", async () => {
  await makeRepository(join(root, "removed"), { "a.txt": "a\n" });
  const row = await connectAndMirror(`${server.origin}/removed/.git`, canary);
  const key = keyOf(row.id);
  const [first, second] = [await newSession(row.id), await newSession(row.id)];
  const directory = join(scratch, "work-removed");
  const { baseCommit } = await checkout({ ...key, sessionId: first, directory });
  await removeRepository(key, scope.actorId);
  await forgetSession({ ...key, sessionId: newId("session") });
  expect(await mirrorRepository(key)).toMatchObject({ ok: false, message: expect.stringContaining("was removed") });
  await writeFile(join(directory, "a.txt"), "changed\n");
  expect((await diffWorkspace({ ...key, sessionId: first, directory, baseCommit })).diff.files).toHaveLength(1);
  await dangerouslyAcrossTenants("as if it had been fetched long ago", (tx) =>
    tx.repository.updateMany({ where: { id: row.id }, data: { lastFetchedAt: new Date(0) } }),
  );
  const late = await checkout({ ...key, sessionId: second, directory: join(scratch, "work-late") });
  expect(late.warning).toContain("was removed");
  for (const sessionId of [first, second]) {
    await withTenant(scope.workspaceId, (tx) => tx.session.updateMany({ where: { id: sessionId }, data: { archivedAt: new Date() } }));
    await forgetSession({ ...key, sessionId });
  }
  expect(existsSync(join(dataDirectory, "mirrors", `${row.id}.git`))).toBe(false);
});

test("what other machines and dead processes have left is swept, and nothing else", async () => {
  await makeRepository(join(root, "swept"), { "a.txt": "a\n" });
  const [kept, removed, inUse] = [await connectAndMirror(`${server.origin}/swept/.git`, canary), newId("repository"), newId("repository")];
  await dangerouslyAcrossTenants("two that were removed while another machine heard of it", (tx) =>
    tx.repository.createMany({
      data: [removed, inUse].map((id) => ({ id, workspaceId, name: id, kind: "url", createdById: actorId, removedAt: new Date() })),
    }),
  );
  const [working, archived] = [await newSession(inUse), await newSession(kept.id)];
  await withTenant(scope.workspaceId, (tx) => tx.session.updateMany({ where: { id: archived }, data: { archivedAt: new Date() } }));
  const unknown = newId("repository");
  const leftovers = [`mirrors/${removed}.git`, `mirrors/${unknown}.git`, `snapshots/${archived}.git`, `snapshots/${newId("session")}.git`];
  const files = [`uploads/${unknown}.archive`, `uploads/${kept.id}.archive.0f.part`];
  const needed = [`mirrors/${inUse}.git`, `snapshots/${working}.git`];
  for (const name of [...leftovers, ...needed]) await mkdir(join(dataDirectory, name), { recursive: true });
  await mkdir(join(dataDirectory, "uploads"), { recursive: true });
  for (const name of files) await writeFile(join(dataDirectory, name), "");
  const there = () => [...leftovers, ...files].filter((name) => existsSync(join(dataDirectory, name)));
  await sweepLeftovers(new Date());
  expect(there()).toEqual([...leftovers, ...files]); // their rows may be just being written
  await sweepLeftovers(new Date(Date.now() + 2 * 3_600_000));
  expect(there()).toEqual([]);
  for (const name of [...needed, `mirrors/${kept.id}.git`]) expect(existsSync(join(dataDirectory, name)), name).toBe(true);
});

test("a diff is kept packed and read back as it was", async () => {
  const row = await connectAndMirror(`${server.origin}/app/.git`, canary);
  const sessionId = await newSession(row.id);
  const directory = join(scratch, "work-diff");
  const { baseCommit } = await checkout({ ...keyOf(row.id), sessionId, directory });
  await writeFiles(directory, { "src/a.ts": "export const a = 2;\n", "new.bin": Buffer.from([0, 1, 2]) });
  const found = await diffWorkspace({ ...keyOf(row.id), sessionId, directory, baseCommit });
  const packed = await packDiff(found);
  const key = { workspaceId: scope.workspaceId, sessionId };
  await withTenant(scope.workspaceId, (tx) => saveDiff(tx, key, packed));
  await withTenant(scope.workspaceId, (tx) => saveDiff(tx, key, packed));
  expect(await withTenant(scope.workspaceId, (tx) => readDiff(tx, key))).toEqual(found);
  expect(await withTenant(newId("workspace"), (tx) => readDiff(tx, { ...key, workspaceId: newId("workspace") }))).toBeNull();
});

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, expect, test, vi } from "vitest";
import { serveGit } from "./git-http-server.ts";

// Dozens of runs of git.
vi.setConfig({ testTimeout: 120_000 });

const scratch = await mkdtemp(join(tmpdir(), "lean-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));
vi.stubEnv("REPOSITORY_HISTORY", "lean");
const repositories = await import("@opencode/core/modules/repositories/index.ts");
const { makeRepository, userGit } = await import("@opencode/core/modules/repositories/testing.ts");
afterAll(() => rm(scratch, { recursive: true, force: true }));

test("over https with a token: history without old contents, a session that needs no server, a push; the token stands nowhere", async () => {
  const canary = "canary-lean-5d17-secret";
  const scope = { workspaceId: newId("workspace"), actorId: newId("user"), actorKind: "user" as const };
  await dangerouslyAcrossTenants("a workspace to connect a repository in", async (tx) => {
    await tx.user.create({ data: { id: scope.actorId, email: "lean@example.com" } });
    await tx.workspace.create({ data: { id: scope.workspaceId, slug: `l-${scope.workspaceId.slice(-8)}`, name: "Lean" } });
  });
  const app = join(scratch, "served", "app");
  await makeRepository(app, { "a.txt": "old\n", "b.txt": "b\n" });
  const old = (await userGit(app, "rev-parse", "HEAD:a.txt")).trim();
  await writeFile(join(app, "a.txt"), "new\n");
  await userGit(app, "commit", "--quiet", "-am", "second");
  await userGit(app, "config", "uploadpack.allowFilter", "true");
  await userGit(app, "config", "http.receivepack", "true");
  const server = await serveGit(join(scratch, "served"), { password: canary });
  const { id } = await repositories.connectRepository(scope, { kind: "url", url: `${server.origin}/app/.git`, token: canary });
  const key = { workspaceId: scope.workspaceId, repositoryId: id };
  await repositories.mirrorRepository(key);
  expect(await repositories.getRepository(key)).toMatchObject({ state: "ready", mirrorKind: "partial", fileCount: 2 });
  server.mode = "break";
  const sessionId = newId("session");
  const directory = join(scratch, "work");
  const { baseCommit, warning } = await repositories.checkout({ ...key, sessionId, directory });
  expect(warning).toBeNull();
  expect((await userGit(directory, "log", "--format=%s")).trim()).toBe("second\nfirst");
  await expect(userGit(directory, "cat-file", "blob", old)).rejects.toThrow(/not-fetched/);
  await writeFile(join(directory, "b.txt"), "changed\n");
  const request = { ...key, sessionId, directory, baseCommit };
  const { diff } = await repositories.diffWorkspace(request);
  expect(diff.files.map((file) => file.path)).toEqual(["b.txt"]);
  server.mode = "serve";
  const author = { name: "Ada", email: "ada@example.com" };
  const pushed = await repositories.pushBranch({ ...request, treeId: diff.treeId, branch: "out", parent: null, message: "Work", author });
  expect((await userGit(app, "rev-parse", "out")).trim()).toBe(pushed.commit);
  await userGit(app, "fsck", "--connectivity-only");
  expect(() => execFileSync("grep", ["-rlF", canary, join(scratch, "data"), directory])).toThrow();
  await server.close();
});

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "fetch-partial-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath, snapshotPath } = await import("./data-paths.ts");
const { branchOf, cloneInto } = await import("./checkout.ts");
const { diffWorkspace } = await import("./diff-workspace.ts");
const { runGit } = await import("./git.ts");
const { readBlob } = await import("./read-blob.ts");
const { layTree } = await import("./restore-snapshot.ts");
const { searchTree } = await import("./search-tree.ts");
const { checkBundle, commitSessionWork } = await import("./session-commit.ts");
const { inspectMirror, localRemote, syncMirror } = await import("./sync-mirror.ts");
const { makeRepository, userGit } = await import("./testing.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

const origin = join(scratch, "origin");
const caps = { fullMaxBytes: 100_000, maxBytes: 10_000_000 };
const old = randomBytes(400_000);

beforeAll(async () => {
  await makeRepository(origin, { "a.txt": "1\n", "lib/b.txt": "needle in b\n", "noise.bin": old });
  await userGit(origin, "tag", "v1");
  await writeFile(join(origin, "noise.bin"), randomBytes(50_000));
  await userGit(origin, "commit", "--quiet", "-am", "smaller");
});

async function mirrored() {
  const key = { workspaceId: newId("workspace"), repositoryId: newId("repository"), sessionId: newId("session") };
  const mirror = mirrorPath(key.repositoryId);
  await syncMirror(mirror, await localRemote(origin), caps);
  return { ...key, mirror, facts: await inspectMirror(mirror) };
}

async function cloned(source: Awaited<ReturnType<typeof mirrored>>, name: string, baseCommit = source.facts.headCommit) {
  const directory = join(scratch, name);
  const branch = branchOf(source.sessionId);
  await cloneInto(source.mirror, directory, { baseCommit, branch }, { origin: null, heldBy: "refs/heads/main" });
  return { ...source, directory, baseCommit };
}

test("a large repository: all its history, the files of its newest state, and nothing is fetched afterwards", async () => {
  const source = await mirrored();
  expect(source.facts).toMatchObject({ mirrorKind: "partial", fileCount: 3 });
  expect(source.facts.sizeBytes).toBeLessThan(100_000);
  expect((await userGit(source.mirror, "rev-list", "--count", "main")).trim()).toBe("2");
  // Whatever tries to reach the source from here on fails.
  await rename(origin, `${origin}-gone`);
  try {
    const work = await cloned(source, "work");
    expect((await readFile(join(work.directory, "noise.bin"))).length).toBe(50_000);
    expect((await userGit(work.directory, "log", "--format=%s")).trim().split("\n")).toEqual(["smaller", "first"]);
    expect(await userGit(work.directory, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
    await userGit(work.directory, "gc", "--quiet");
    expect((await userGit(work.directory, "status", "--porcelain")).trim()).toBe("");
    await writeFile(join(work.directory, "a.txt"), "mine\n");
    await userGit(work.directory, "commit", "--quiet", "-am", "by hand");
    await rm(join(work.directory, "noise.bin"));
    const { diff, patch } = await diffWorkspace(work);
    expect(diff.files.map((file) => file.path)).toEqual(["a.txt", "noise.bin"]);
    expect(patch).toContain("+mine");
    const tree = { ...work, tree: diff.treeId };
    expect((await readBlob(tree, "lib/b.txt")).text).toBe("needle in b\n");
    expect((await searchTree(tree, "needle")).lines).toMatchObject([{ path: "lib/b.txt", line: 1 }]);
    await mkdir(join(scratch, "again"));
    await layTree(snapshotPath(work.sessionId), join(scratch, "again"), work.baseCommit, diff.treeId);
    expect(existsSync(join(scratch, "again", "noise.bin"))).toBe(false);
    const commit = await commitSessionWork({
      ...work,
      treeId: diff.treeId,
      branch: "x",
      message: "m",
      author: { name: "a", email: "a@b" },
    });
    await checkBundle(join(scratch, "outgoing"), commit, { ...work, branch: "x" });
    execFileSync("git", ["--git-dir", join(scratch, "outgoing"), "cat-file", "-e", `${commit.commit}^{commit}`]);
  } finally {
    await rename(`${origin}-gone`, origin);
  }
});

test("it follows its source; sessions keep their ground, and what is missing is an error that runs and asks nothing", async () => {
  const source = await mirrored();
  const base = source.facts.headCommit;
  await writeFile(join(origin, "new.txt"), "new\n");
  await userGit(origin, "add", "--all");
  await userGit(origin, "commit", "--quiet", "-m", "later");
  await syncMirror(source.mirror, await localRemote(origin), caps);
  const facts = await inspectMirror(source.mirror);
  expect(facts).toMatchObject({ mirrorKind: "partial", fileCount: 4 });
  expect(await readFile(join((await cloned({ ...source, facts }, "newer")).directory, "new.txt"), "utf8")).toBe("new\n");
  const work = await cloned(source, "older", base);
  expect(existsSync(join(work.directory, "new.txt"))).toBe(false);

  // The mirror's own configuration is turned against us: still nobody is asked.
  const canary = join(scratch, "canary");
  await userGit(source.mirror, "config", "remote.not-fetched.url", `ext::sh -c touch% ${canary}`);
  await userGit(source.mirror, "config", "remote.not-fetched.uploadpack", `touch ${canary}`);
  const run = { gitDir: source.mirror, protocols: ["file", "https", "ext"], config: { "protocol.ext.allow": "always" } };
  await expect(runGit(["cat-file", "blob", "v1:noise.bin"], run)).rejects.toMatchObject({ reason: "exit" });
  expect(existsSync(canary)).toBe(false);
  const log = await userGit(work.directory, "log", "-p", "--format=%s").catch((error: Error) => error.message);
  expect(log).toContain("'not-fetched' does not appear to be a git repository");
});

test("over the cap it is refused", async () => {
  const mirror = mirrorPath(newId("repository"));
  await expect(syncMirror(mirror, await localRemote(origin), { fullMaxBytes: 100, maxBytes: 1_000 })).rejects.toThrow(/larger than/);
  expect(existsSync(mirror)).toBe(false);
});

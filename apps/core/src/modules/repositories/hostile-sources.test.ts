import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { newId, type SessionId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "hostile-sources-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath } = await import("./data-paths.ts");
const { cloneInto } = await import("./checkout.ts");
const { runGit } = await import("./git.ts");
const { readBlob } = await import("./read-blob.ts");
const { readNotes } = await import("./read-notes.ts");
const { layTree } = await import("./restore-snapshot.ts");
const { checkBundle, commitSessionWork, refOf } = await import("./session-commit.ts");
const { openSessionStore } = await import("./session-store.ts");
const { snapshotWorkspace } = await import("./snapshot-workspace.ts");
const { inspectMirror, localRemote, syncMirror } = await import("./sync-mirror.ts");
const { makeRepository, userGit, writeFiles } = await import("./testing.ts");
const { packTreeChange } = await import("./tree-changes.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

const canary = join(scratch, "canary");
const trap = `touch ${canary}`;
const caps = { fullMaxBytes: 1024 ** 3, maxBytes: 1024 ** 3 };

async function mirrorOf(origin: string, given = caps) {
  const key = { workspaceId: newId("workspace"), repositoryId: newId("repository"), sessionId: newId("session") };
  const mirror = mirrorPath(key.repositoryId);
  await syncMirror(mirror, await localRemote(origin), given);
  return { ...key, mirror, facts: await inspectMirror(mirror) };
}

async function cloned(source: Awaited<ReturnType<typeof mirrorOf>>, name: string, baseCommit = source.facts.headCommit) {
  const directory = join(scratch, name);
  const heldBy = `refs/opencode/sessions/${source.sessionId}`;
  await runGit(["update-ref", heldBy, baseCommit], { gitDir: source.mirror });
  await cloneInto(source.mirror, directory, { baseCommit, branch: "opencode/x" }, { origin: null, heldBy });
  return { ...source, directory, baseCommit };
}

/** A commit whose tree holds what `git add` would never take. */
async function commitTree(repository: string, entries: string): Promise<string> {
  const tree = execFileSync("git", ["-C", repository, "mktree"], { input: entries, encoding: "utf8" }).trim();
  const commit = (await userGit(repository, "commit-tree", tree, "-m", "crafted")).trim();
  await userGit(repository, "update-ref", "refs/heads/main", commit);
  return commit;
}

describe("a source that wants to run something", () => {
  test("its configuration, hooks and attributes run nothing on fetch, checkout, snapshot, diff, restore or commit", async () => {
    const origin = join(scratch, "armed");
    await makeRepository(origin, {
      "a.txt": "a\n",
      ".gitattributes": "* filter=evil diff=evil merge=evil export-subst\n*.txt export-ignore\n",
      ".lfsconfig": `[lfs]\n\turl = ext::sh -c ${trap}\n`,
      ".mailmap": "x\n",
    });
    const settings = {
      "core.fsmonitor": trap,
      "core.pager": trap,
      "core.editor": trap,
      "core.sshCommand": trap,
      "core.hooksPath": join(origin, "hooks"),
      "diff.external": trap,
      "filter.evil.clean": trap,
      "filter.evil.smudge": trap,
      "filter.evil.process": trap,
      "diff.evil.textconv": trap,
      "diff.evil.command": trap,
      "merge.evil.driver": trap,
      "uploadpack.packObjectsHook": trap,
      "includeIf.gitdir:/.path": join(origin, "evil.gitconfig"),
      "core.alternateRefsCommand": trap,
    };
    for (const [name, value] of Object.entries(settings)) execFileSync("git", ["-C", origin, "config", name, value]);
    await writeFiles(origin, { "hooks/post-checkout": `#!/bin/sh\n${trap}\n`, "evil.gitconfig": `[core]\n\tpager = ${trap}\n` });
    execFileSync("chmod", ["+x", join(origin, "hooks/post-checkout")]);
    const work = await cloned(await mirrorOf(origin), "armed-work");
    await writeFile(join(work.directory, "a.txt"), "b\n");
    const { treeId, store } = await snapshotWorkspace(work);
    await mkdir(join(scratch, "armed-again"));
    await layTree(store, join(scratch, "armed-again"), work.baseCommit, treeId);
    expect(await readFile(join(scratch, "armed-again", "a.txt"), "utf8")).toBe("b\n");
    const commit = await commitSessionWork({ ...work, treeId, branch: "x", message: "m", author: { name: "a", email: "a@b" } });
    await checkBundle(join(scratch, "armed.outgoing"), commit, { ...work, branch: "x" });
    expect(existsSync(canary)).toBe(false);
  });

  test("submodules with programs for addresses are listed and never followed", async () => {
    const origin = join(scratch, "modules");
    await makeRepository(origin, { "a.txt": "a\n" });
    await writeFile(join(origin, ".gitmodules"), `[submodule "x"]\n\tpath = sub\n\turl = ext::sh -c "${trap}"\n`);
    await userGit(origin, "add", ".gitmodules");
    await userGit(origin, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`);
    await userGit(origin, "commit", "--quiet", "-m", "x");
    const work = await cloned(await mirrorOf(origin), "modules-work");
    expect(work.facts.notes.submodules).toMatchObject([{ path: "sub" }]);
    expect((await readBlob({ ...work, sessionId: newId("session") as SessionId, tree: work.baseCommit }, "sub")).kind).toBe("submodule");
    expect(existsSync(canary)).toBe(false);
  });

  test.each([
    [".git", "100644"],
    [".GIT", "100644"],
    ["git~1", "100644"],
    [".g\u200cit", "100644"],
    [".git", "120000"],
  ])("a tree with %j (%s) never becomes a work tree", async (name, mode) => {
    const origin = join(scratch, `names-${Math.random().toString(36).slice(2)}`);
    await makeRepository(origin, { "a.txt": "/etc\n" });
    const blob = (await userGit(origin, "rev-parse", "HEAD:a.txt")).trim();
    await commitTree(origin, `${mode} blob ${blob}\t${name}\n`);
    await expect(mirrorOf(origin).then((source) => cloned(source, `${origin}-work`))).rejects.toThrow();
    expect(existsSync(join(`${origin}-work`, name === ".git" ? ".git/a.txt" : name))).toBe(false);
  });

  test("replaced objects, grafts, garbage among the packed refs and refs of other kinds: what is fetched is what the branch holds", async () => {
    const origin = join(scratch, "replaced");
    await makeRepository(origin, { "a.txt": "real\n" });
    const head = (await userGit(origin, "rev-parse", "HEAD")).trim();
    const real = (await userGit(origin, "rev-parse", "HEAD:a.txt")).trim();
    await writeFile(join(origin, "evil.txt"), "replaced\n");
    const evil = (await userGit(origin, "hash-object", "-w", "evil.txt")).trim();
    await userGit(origin, "replace", real, evil);
    await userGit(origin, "update-ref", "refs/opencode/sessions/ses_x", head);
    await writeFile(join(origin, ".git", "info", "grafts"), `${head} ${"1".repeat(40)}\n`);
    const garbage = ["refs/heads/../../../x", "refs/heads/a\u001b[31m", "refs/heads/b.lock", "refs/heads/x y"];
    await writeFile(join(origin, ".git", "packed-refs"), garbage.map((name) => `${head} ${name}\n`).join(""), { flag: "a" });
    const source = await mirrorOf(origin).catch((error: unknown) => error);
    // git may refuse such a server as a whole; what it takes is sound.
    if (source instanceof Error) return expect(source.message).toMatch(/git /);
    const { mirror } = source as Awaited<ReturnType<typeof mirrorOf>>;
    expect(await userGit(mirror, "show", "main:a.txt")).toBe("real\n");
    expect((await userGit(mirror, "for-each-ref", "--format=%(refname)")).trim()).toBe("refs/heads/main");
  });

  test("attributes that steer archives have no say in what a revert puts back", async () => {
    const origin = join(scratch, "subst");
    await makeRepository(origin, {
      ".gitattributes": "*.txt export-subst\nhidden.txt export-ignore\n",
      "a.txt": "$Format:%H$\n",
      "hidden.txt": "h\n",
    });
    const tree = (await userGit(origin, "rev-parse", "HEAD^{tree}")).trim();
    const empty = (await userGit(origin, "hash-object", "-w", "-t", "tree", "/dev/null")).trim();
    const source = await mirrorOf(origin);
    const store = await openSessionStore(source);
    const { archives } = await packTreeChange(store, empty, tree);
    const text = Buffer.concat(archives).toString("latin1");
    expect(text).toContain("$Format:%H$");
    expect(text).toContain("hidden.txt");
  });

  test("a .gitmodules that includes other files reads none of them", async () => {
    const origin = join(scratch, "including");
    await writeFile(join(scratch, "secret.config"), '[submodule "s"]\n\tpath = stolen\n\turl = https://x.invalid/secret\n');
    await makeRepository(origin, {
      ".gitmodules": `[include]\n\tpath = ${join(scratch, "secret.config")}\n[submodule "own"]\n\tpath = own\n\turl = --upload-pack=touch x\n`,
    });
    const head = (await userGit(origin, "rev-parse", "HEAD")).trim();
    expect((await readNotes(join(origin, ".git"), head)).submodules).toEqual([{ path: "own", url: "--upload-pack=touch x" }]);
  });

  test("odd names of branches and files are only names", async () => {
    const origin = join(scratch, "odd");
    await makeRepository(origin, { "-rf": "x\n", "a\nb": "x\n", "\u001b[31mred": "x\n", "$(touch x)": "x\n" });
    await writeFile(join(origin, ".git", "packed-refs"), `${(await userGit(origin, "rev-parse", "HEAD")).trim()} refs/heads/-x\n`, {
      flag: "a",
    });
    const work = await cloned(await mirrorOf(origin), "odd-work");
    expect(work.facts.fileCount).toBe(4);
    for (const branch of ["-x", "--upload-pack=x", "a b", "a..b", "x.lock", "/x", "x/", "HEAD", ".x"])
      expect(() => refOf(branch), branch).toThrow();
    expect(refOf("feature/x-1.2")).toBe("refs/heads/feature/x-1.2");
  });
});

describe("a source of an odd shape", () => {
  test("an unborn HEAD is told what to do; a shallow source and a detached HEAD are taken as they are", async () => {
    const empty = join(scratch, "unborn");
    await mkdir(empty);
    await userGit(empty, "init", "--quiet");
    await expect(mirrorOf(empty)).rejects.toThrow(/Push a first commit/);
    const origin = join(scratch, "long");
    await makeRepository(origin, { "a.txt": "1\n" });
    for (const text of ["2\n", "3\n"]) {
      await writeFile(join(origin, "a.txt"), text);
      await userGit(origin, "commit", "--quiet", "-am", text);
    }
    await userGit(scratch, "clone", "--quiet", "--depth=1", `file://${origin}`, "cut");
    await userGit(join(scratch, "cut"), "checkout", "--quiet", "--detach");
    const work = await cloned(await mirrorOf(join(scratch, "cut")), "cut-work");
    expect(await readFile(join(work.directory, "a.txt"), "utf8")).toBe("3\n");
  });

  test("one that is too large for its history, of a server that leaves nothing out, is fetched without it, follows its branch, and sessions keep their ground", async () => {
    const origin = join(scratch, "large");
    await makeRepository(origin, { "a.txt": "1\n" });
    await userGit(origin, "config", "uploadpack.allowFilter", "false");
    await writeFile(join(origin, "noise.bin"), randomBytes(400_000));
    await userGit(origin, "add", "--all");
    await userGit(origin, "commit", "--quiet", "-m", "noise");
    await userGit(origin, "rm", "--quiet", "noise.bin");
    await userGit(origin, "commit", "--quiet", "-m", "without");
    const small = { fullMaxBytes: 100_000, maxBytes: 10_000_000 };
    const source = await mirrorOf(origin, small);
    expect(source.facts).toMatchObject({ mirrorKind: "shallow", fileCount: 1 });
    const work = await cloned(source, "large-work");
    await writeFile(join(origin, "a.txt"), "2\n");
    await userGit(origin, "commit", "--quiet", "-am", "later");
    await syncMirror(source.mirror, await localRemote(origin), small);
    expect((await inspectMirror(source.mirror)).headCommit).not.toBe(work.baseCommit);
    const again = await cloned(source, "large-again", work.baseCommit);
    expect(await readFile(join(again.directory, "a.txt"), "utf8")).toBe("1\n");
    await writeFile(join(again.directory, "a.txt"), "mine\n");
    const { treeId } = await snapshotWorkspace(again);
    const commit = await commitSessionWork({ ...again, treeId, branch: "x", message: "m", author: { name: "a", email: "a@b" } });
    await checkBundle(join(scratch, "large.outgoing"), commit, { ...again, branch: "x" });
    await expect(mirrorOf(origin, { fullMaxBytes: 100, maxBytes: 100 })).rejects.toThrow(/larger than/);
  });

  test("100,000 files, a path 200 deep, a blob of 200 MB, 5,000 branches", async () => {
    const origin = join(scratch, "many");
    await makeRepository(origin, { "a.txt": "a\n" });
    const files = Array.from({ length: 100_000 }, (_, index) => `M 100644 inline d${index % 300}/f${index}\ndata 1\nx\n`);
    const deep = `M 100644 inline ${"d/".repeat(200)}f\ndata 1\nx\n`;
    const big = 200 * 1024 * 1024;
    const branches = Array.from({ length: 5_000 }, (_, index) => `reset refs/heads/b${index}\nfrom refs/heads/main\n\n`);
    const head = `commit refs/heads/main\ncommitter a <a@b> 0 +0000\ndata 1\nm\nfrom refs/heads/main^0\n${files.join("")}${deep}M 100644 inline big.bin\ndata ${big}\n`;
    const input = Buffer.concat([Buffer.from(head), Buffer.alloc(big), Buffer.from(`\n\n${branches.join("")}`)]);
    execFileSync("git", ["-C", origin, "fast-import", "--quiet", "--force"], { input });
    const source = await mirrorOf(origin);
    expect(source.facts.fileCount).toBe(100_003);
    const file = { ...source, tree: source.facts.headCommit };
    expect((await readBlob(file, "big.bin")).kind).toBe("too-large");
    expect((await readBlob(file, `${"d/".repeat(200)}f`)).text).toBe("x");
  }, 60_000);
});

test("a work tree that turns into a link while it is looked at stays in the sandbox's own world", async () => {
  const origin = join(scratch, "linked");
  await makeRepository(origin, { "dir/a.txt": "a\n" });
  const work = await cloned(await mirrorOf(origin), "linked-work");
  await rm(join(work.directory, "dir"), { recursive: true });
  await symlink("/etc", join(work.directory, "dir"));
  const { treeId } = await snapshotWorkspace(work);
  const store = await openSessionStore(work);
  const restored = join(scratch, "linked-restored");
  await mkdir(restored);
  await layTree(store, restored, work.baseCommit, treeId);
  expect((await stat(restored)).isDirectory()).toBe(true);
  expect(existsSync(join(restored, "dir/passwd"))).toBe(true);
  await layTree(store, restored, work.baseCommit, work.baseCommit);
  expect(await readFile(join(restored, "dir/a.txt"), "utf8")).toBe("a\n");
  expect(existsSync("/etc/a.txt")).toBe(false);
});

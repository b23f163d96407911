import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";

const scratch = await mkdtemp(join(tmpdir(), "diff-workspace-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath, snapshotPath } = await import("./data-paths.ts");
const { diffWorkspace } = await import("./diff-workspace.ts");
const { GitError, gitLine } = await import("./git.ts");
const { localRemote, syncMirror } = await import("./sync-mirror.ts");
const { packDiff } = await import("./session-diff.ts");
const { makeRepository, userGit, writeFiles } = await import("./testing.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

const lines = (count: number, prefix = "line") => `${Array.from({ length: count }, (_, index) => `${prefix} ${index}`).join("\n")}\n`;
const files = {
  "README.md": lines(20),
  "src/a.ts": lines(30, "a"),
  "src/b.ts": lines(30, "b"),
  "logo.bin": Buffer.from([0, 1, 2, 3, 0, 255]),
  ".gitignore": "node_modules/\n*.log\ntracked.log\n",
  "ünï cödé.txt": "hällo\n",
};

let origin: string;
let directory: string;
let request: Parameters<typeof diffWorkspace>[0];

beforeEach(async () => {
  const root = await mkdtemp(join(scratch, "case-"));
  origin = join(root, "origin");
  directory = join(root, "work");
  await makeRepository(origin, files);
  await writeFile(join(origin, "tracked.log"), "one\n");
  await userGit(origin, "add", "--force", "tracked.log");
  await userGit(origin, "commit", "--quiet", "-m", "second");
  const repositoryId = newId("repository");
  await syncMirror(mirrorPath(repositoryId), await localRemote(origin));
  const baseCommit = await gitLine(["rev-parse", "HEAD"], { gitDir: mirrorPath(repositoryId) });
  await cp(origin, directory, { recursive: true });
  request = { workspaceId: newId("workspace"), repositoryId, sessionId: newId("session"), directory, baseCommit };
});

/** Applies the patch to a fresh clone and compares it with the work tree. */
async function appliesTo(patch: string): Promise<string> {
  const copy = await mkdtemp(join(scratch, "apply-"));
  await userGit(copy, "clone", "--quiet", origin, ".");
  await writeFile(join(copy, "..", "the.patch"), patch);
  await userGit(copy, "apply", "--index", join(copy, "..", "the.patch"));
  return userGit(copy, "write-tree").then((tree) => tree.trim());
}

describe("what is seen", () => {
  test("nothing changed is an empty diff, also after the files were only touched", async () => {
    await writeFile(join(directory, "README.md"), files["README.md"]);
    const { diff, patch } = await diffWorkspace(request);
    expect(diff.files).toEqual([]);
    expect(patch).toBe("");
  });

  test("changes of every kind, in a patch that git applies to the same tree", async () => {
    await writeFile(join(directory, "src/a.ts"), lines(30, "a").replace("a 3\n", "a three\n"));
    await rename(join(directory, "src/b.ts"), join(directory, "src/renamed.ts"));
    await unlink(join(directory, "README.md"));
    await writeFile(join(directory, "logo.bin"), Buffer.from([0, 9, 9, 9, 0, 255, 1]));
    await writeFile(join(directory, "tracked.log"), "two\n");
    await chmod(join(directory, "ünï cödé.txt"), 0o755);
    await writeFiles(directory, {
      "src/new.ts": "export {};\n",
      "node_modules/x/index.js": "1",
      "debug.log": "x",
      ".opencode/output/c.txt": "x",
    });
    const { diff, patch } = await diffWorkspace(request);
    const seen = Object.fromEntries(diff.files.map((file) => [file.path, file]));
    expect(Object.keys(seen).toSorted()).toEqual([
      "README.md",
      "logo.bin",
      "src/a.ts",
      "src/new.ts",
      "src/renamed.ts",
      "tracked.log",
      "ünï cödé.txt",
    ]);
    expect(seen["src/a.ts"]).toMatchObject({ status: "modified", additions: 1, deletions: 1, binary: false });
    expect(seen["src/a.ts"]?.patch).toContain("+a three");
    expect(seen["src/renamed.ts"]).toMatchObject({ status: "renamed", oldPath: "src/b.ts", additions: 0 });
    expect(seen["logo.bin"]).toMatchObject({ binary: true, patch: null });
    expect(seen["README.md"]).toMatchObject({ status: "deleted", deletions: 20 });
    expect(seen["ünï cödé.txt"]).toMatchObject({ status: "mode" });
    expect(diff.omitted).toBeUndefined();
    expect(await appliesTo(patch)).toBe(diff.treeId);
  });

  test("a second look sees what changed since, and what was taken back", async () => {
    await writeFile(join(directory, "src/a.ts"), "short\n");
    await writeFiles(directory, { "extra.txt": "1\n" });
    expect((await diffWorkspace(request)).diff.files).toHaveLength(2);
    await writeFile(join(directory, "src/a.ts"), files["src/a.ts"]);
    await rm(join(directory, "extra.txt"));
    expect((await diffWorkspace(request)).diff.files).toEqual([]);
  });

  test("a file becomes a directory, a directory a file, a file a link", async () => {
    await rm(join(directory, "README.md"));
    await writeFiles(directory, { "README.md/inside.md": "x\n" });
    await rm(join(directory, "src"), { recursive: true });
    await writeFile(join(directory, "src"), "flat\n");
    await rm(join(directory, "ünï cödé.txt"));
    await symlink("README.md/inside.md", join(directory, "ünï cödé.txt"));
    const { diff, patch } = await diffWorkspace(request);
    expect(await appliesTo(patch)).toBe(diff.treeId);
    expect(diff.files.find((file) => file.path === "ünï cödé.txt")?.patch).toContain("new file mode 120000");
  });

  test("another encoding goes as binary and arrives byte for byte", async () => {
    await writeFile(join(directory, "src/a.ts"), Buffer.from([0x68, 0xe4, 0x6c, 0x6c, 0x6f, 0x0a]));
    await writeFile(join(directory, "src/b.ts"), "plain\n");
    const { diff, patch } = await diffWorkspace(request);
    expect(await appliesTo(patch)).toBe(diff.treeId);
    expect(diff.files.find((file) => file.path === "src/b.ts")?.patch).toContain("+plain");
  });

  test("too large a file is left out and named; the patch stays below its cap", async () => {
    await writeFile(join(directory, "huge.bin"), Buffer.alloc(limits.repository.snapshotFileMaxBytes + 1));
    const noise = (seed: number) =>
      Buffer.from(Uint8Array.from({ length: 12 * 1024 * 1024 }, (_, index) => (Math.imul(index + seed, 2654435761) >>> 13) & 0xff));
    await writeFile(join(directory, "noise1.bin"), noise(1));
    await writeFile(join(directory, "noise2.bin"), noise(2));
    await writeFile(join(directory, "src/a.ts"), "small\n");
    const { diff, patch } = await diffWorkspace(request);
    expect(diff.omitted?.map((entry) => entry.path)).toContain("huge.bin");
    expect(Buffer.byteLength(patch)).toBeLessThanOrEqual(limits.repository.patchMaxBytes);
    expect(patch).toContain("+small");
    expect(diff.files.map((file) => file.path)).toEqual(["noise1.bin", "noise2.bin", "src/a.ts"]);
    expect(diff.files.find((file) => file.path === "src/a.ts")?.patch).toContain("+small");
  });

  test("what looks like a file's header within a line is content", async () => {
    const line = (end: string) => `one${end}diff --git a/src/b.ts b/src/b.ts${end}--- a/src/b.ts`;
    await writeFile(join(directory, "src/a.ts"), ["\r", "\u2028", "\u2029"].map((end) => `${line(end)}\n`).join(""));
    await writeFile(join(directory, "src/b.ts"), "the real change\n");
    const { diff, patch } = await diffWorkspace(request);
    expect(diff.files.map((file) => file.path)).toEqual(["src/a.ts", "src/b.ts"]);
    expect(diff.files[1]?.patch).toContain("+the real change");
    expect(diff.files.map((file) => file.patch).join("")).toBe(patch);
  });

  test("packing keeps which pieces of the patch belong to which file", async () => {
    await rm(join(directory, "README.md"));
    await symlink("src/a.ts", join(directory, "README.md"));
    await writeFile(join(directory, "src/b.ts"), "changed\n");
    const packed = await packDiff(await diffWorkspace(request));
    expect(packed.files.files.map((entry) => entry.sections)).toEqual([2, 1]);
  });
});

describe("a hostile work tree", () => {
  const canary = () => join(directory, "..", "canary");
  const trap = () => `touch ${canary()}`;

  test("its .git is never read: hooks, fsmonitor, filters, a redirected work tree, a replaced .git", async () => {
    await userGit(directory, "config", "core.fsmonitor", trap());
    await userGit(directory, "config", "core.worktree", "/etc");
    await userGit(directory, "config", "filter.evil.clean", trap());
    await userGit(directory, "config", "diff.evil.textconv", trap());
    await writeFile(join(directory, ".git/info/attributes"), "* filter=evil diff=evil\n");
    await writeFiles(directory, {
      ".gitattributes": "* filter=evil diff=evil\n",
      "src/a.ts": "changed\n",
      ".git/hooks/post-index-change": `#!/bin/sh\n${trap()}\n`,
    });
    await chmod(join(directory, ".git/hooks/post-index-change"), 0o755);
    const { diff } = await diffWorkspace(request);
    expect(diff.files.map((file) => file.path)).toEqual([".gitattributes", "src/a.ts"]);
    await rm(join(directory, ".git"), { recursive: true });
    await symlink("/etc", join(directory, ".git"));
    await writeFile(join(directory, "src/a.ts"), "again\n");
    expect((await diffWorkspace(request)).diff.files).toHaveLength(2);
    expect(existsSync(canary())).toBe(false);
  });

  test("attributes that name an encoding which a file does not have: the file is taken as it is, the others as they ask for", async () => {
    const attributes = "*.u16 working-tree-encoding=UTF-16\n*.odd working-tree-encoding=NO-SUCH\n";
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("right\n", "utf16le")]);
    await writeFiles(directory, { ".gitattributes": attributes, "wrong.u16": "plain\n", "x.odd": "odd\n", "right.u16": utf16 });
    const { diff } = await diffWorkspace(request);
    const added = Object.fromEntries(diff.files.map((file) => [file.path, file.patch]));
    expect(added["wrong.u16"]).toContain("+plain");
    expect(added["x.odd"]).toContain("+odd");
    expect(added["right.u16"]).toContain("+right");
    await writeFiles(directory, { "later.txt": "later\n" });
    expect((await diffWorkspace(request)).diff.files).toHaveLength(5);
  });

  test("hundreds of files in another encoding than their attributes name are a snapshot all the same", async () => {
    const wrong = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`wrong/${index}.u16`, `plain ${index}\n`]));
    await writeFiles(directory, { ".gitattributes": "*.u16 working-tree-encoding=UTF-16\n", ...wrong, "z.txt": "z\n" });
    const { diff } = await diffWorkspace(request);
    expect(diff.files).toHaveLength(302);
    expect(diff.omitted).toBeUndefined();
    expect(diff.files.find((file) => file.path === "wrong/299.u16")?.patch).toContain("+plain 299");
  });

  test("names that some file system takes for .git are left out and named; the rest is taken", async () => {
    const names = [
      ".GIT/config",
      "sub/.Git/hooks/post-checkout",
      "git~1",
      ".g\u200cit/config",
      ".git . ./config",
      ".git::$INDEX_ALLOCATION/config",
    ];
    await writeFiles(directory, Object.fromEntries(names.map((name) => [name, `[core]\n\tfsmonitor = ${trap()}\n`])));
    await writeFiles(directory, { "plain.txt": "plain\n", "back\\slash.txt": "x\n" });
    const { diff } = await diffWorkspace(request);
    expect(diff.files.map((file) => file.path)).toEqual(["back\\slash.txt", "plain.txt"]);
    expect(diff.omitted?.map((entry) => entry.path).toSorted()).toEqual(names.toSorted());
    expect(existsSync(canary())).toBe(false);
  });

  test("a directory whose .git leads elsewhere is no way out", async () => {
    await writeFiles(directory, {
      "sub/.git": `gitdir: ${mirrorPath(request.repositoryId)}\n`,
      "sub/x.txt": "x\n",
      "y/.git": "gitdir: /etc\n",
      "y/z.txt": "z\n",
    });
    const { diff } = await diffWorkspace(request);
    expect(diff.files.filter((file) => file.path.includes(".git"))).toEqual([]);
    expect(diff.omitted?.map((entry) => entry.path)).toContain("sub/");
  });

  test("a nested repository is left out, and git is not started in it", async () => {
    const nested = join(directory, "vendor/nested");
    await makeRepository(nested, { "file.txt": "x\n" });
    await userGit(nested, "config", "core.fsmonitor", trap());
    const first = await diffWorkspace(request);
    expect(first.diff.omitted).toEqual([{ path: "vendor/nested/", reason: "repository" }]);
    expect((await diffWorkspace(request)).diff.files).toEqual([]);
    expect(existsSync(canary())).toBe(false);
  });

  test("a submodule of the base is not looked into either", async () => {
    await userGit(origin, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", origin, "sub");
    await userGit(origin, "commit", "--quiet", "-m", "with submodule");
    await syncMirror(mirrorPath(request.repositoryId), await localRemote(origin));
    const baseCommit = await gitLine(["rev-parse", "HEAD"], { gitDir: mirrorPath(request.repositoryId) });
    await rm(directory, { recursive: true });
    await cp(origin, directory, { recursive: true });
    await userGit(join(directory, "sub"), "config", "core.fsmonitor", trap());
    await writeFile(join(directory, "sub/README.md"), "changed in there\n");
    const { diff } = await diffWorkspace({ ...request, baseCommit, sessionId: newId("session") });
    expect(diff.files).toEqual([]);
    expect(existsSync(canary())).toBe(false);
  });

  test("links lead nowhere: a link is stored as a link, a linked directory is not entered", async () => {
    await symlink("/etc/passwd", join(directory, "passwd"));
    await rm(join(directory, "src"), { recursive: true });
    await symlink("/etc", join(directory, "src"));
    const { diff, patch } = await diffWorkspace(request);
    expect(patch).not.toContain("root:");
    expect(diff.files.find((file) => file.path === "passwd")?.patch).toContain("+/etc/passwd");
    expect(diff.files.map((file) => [file.path, file.status])).toContainEqual(["src/a.ts", "deleted"]);
    expect(await appliesTo(patch)).toBe(diff.treeId);
  });

  test("weird names: line ends, tabs, quotes, leading dashes, glob characters, other bytes than UTF-8", async () => {
    const names = ["a\nb.txt", "tab\there", 'quo"te', "-rf", "*.log.txt", ":(top)x", "ends with space ", "back\\slash"];
    await writeFiles(directory, Object.fromEntries(names.map((name) => [name, "x\n"])));
    await writeFile(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0x66, 0xff, 0x66])]), "x\n");
    const { diff, patch } = await diffWorkspace(request);
    expect(diff.files.map((file) => file.path)).toEqual(expect.arrayContaining(names));
    expect(diff.files).toHaveLength(names.length + 1);
    expect(await appliesTo(patch)).toBe(diff.treeId);
  });

  test("pipes are left out and don't hold the host up", async () => {
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [join(directory, "pipe")]);
    await unlink(join(directory, "src/a.ts"));
    execFileSync("mkfifo", [join(directory, "src/a.ts")]);
    const { diff } = await diffWorkspace(request);
    expect(diff.files.every((file) => file.path !== "pipe")).toBe(true);
  });

  test("what a git was writing when it failed does not stay", async () => {
    await diffWorkspace(request);
    const objects = join(snapshotPath(request.sessionId), "objects");
    await mkdir(join(objects, "0e"), { recursive: true });
    for (const name of ["0e/tmp_obj_half", "pack/tmp_pack_half"]) await writeFile(join(objects, name), "half");
    await unlink(join(snapshotPath(request.sessionId), "work.index"));
    await expect(diffWorkspace({ ...request, baseCommit: "0".repeat(40) })).rejects.toThrow(GitError);
    expect([...(await readdir(join(objects, "0e"))), ...(await readdir(join(objects, "pack")))]).toEqual([]);
  });

  test("the private store is not reachable from the work tree, and a lock left behind does not stop it", async () => {
    await diffWorkspace(request);
    await writeFile(join(snapshotPath(request.sessionId), "work.index.lock"), "");
    await writeFile(join(directory, "src/a.ts"), "x\n");
    expect((await diffWorkspace(request)).diff.files).toHaveLength(1);
    expect((await stat(snapshotPath(request.sessionId))).mode & 0o077).toBe(0);
    expect(await readFile(join(snapshotPath(request.sessionId), "objects/info/alternates"), "utf8")).toContain("mirrors");
  });
});

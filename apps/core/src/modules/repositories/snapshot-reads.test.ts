import { chmod, cp, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "snapshot-reads-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath } = await import("./data-paths.ts");
const { snapshotWorkspace } = await import("./snapshot-workspace.ts");
const { gitLine } = await import("./git.ts");
const { listTree } = await import("./list-tree.ts");
const { readBlob } = await import("./read-blob.ts");
const { searchTree } = await import("./search-tree.ts");
const { layTree } = await import("./restore-snapshot.ts");
const { localRemote, syncMirror } = await import("./sync-mirror.ts");
const { makeRepository, writeFiles } = await import("./testing.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

const key = { workspaceId: newId("workspace"), repositoryId: newId("repository"), sessionId: newId("session") };
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;
let source: { tree: string } & typeof key;
let store: string;
let baseCommit: string;

beforeAll(async () => {
  const [origin, directory] = [join(scratch, "origin"), join(scratch, "work")];
  await makeRepository(origin, {
    "a.txt": "one\n",
    "src/deep/b.ts": "export const Needle = 1;\n",
    "gone.txt": "x\n",
    "run.sh": "#!/bin/sh\n",
  });
  await syncMirror(mirrorPath(key.repositoryId), await localRemote(origin));
  baseCommit = await gitLine(["rev-parse", "HEAD"], { gitDir: mirrorPath(key.repositoryId) });
  await cp(origin, directory, { recursive: true });
  await writeFiles(directory, {
    "a.txt": "two needles\n",
    "big.txt": Buffer.alloc(2 * 1024 * 1024, 97),
    "dot.gif": Buffer.from("GIF89a\x01\x00\x01\x00\x80\x00\x00", "latin1"),
    "model.bin": Buffer.from([0, 1, 2]),
    "video.mp4": pointer,
    "ümlaut/line\nend.txt": "needle\n",
    ":(top)magic": "x\n",
  });
  await symlink("/etc/passwd", join(directory, "link"));
  await unlink(join(directory, "gone.txt"));
  await chmod(join(directory, "run.sh"), 0o755);
  const snapshot = await snapshotWorkspace({ ...key, directory, baseCommit });
  store = snapshot.store;
  source = { ...key, tree: snapshot.treeId };
});

describe("reading a snapshot", () => {
  test("directories come first, each entry with its kind and size", async () => {
    const { entries } = await listTree(source, "");
    expect(entries.map((entry) => entry.name).slice(0, 2)).toEqual(["src", "ümlaut"]);
    expect(entries.find((entry) => entry.name === "link")?.kind).toBe("link");
    expect(entries.find((entry) => entry.name === "run.sh")).toMatchObject({ executable: true, sizeBytes: 10 });
    expect((await listTree(source, "src/deep")).entries).toMatchObject([{ path: "src/deep/b.ts" }]);
    await expect(listTree(source, "nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("files: text, picture, binary, too large, a link's goal, what an LFS pointer stands for", async () => {
    const kindOf = async (path: string) => (await readBlob(source, path)).kind;
    expect(await readBlob(source, "a.txt")).toMatchObject({ kind: "text", text: "two needles\n" });
    expect(await readBlob(source, "link")).toMatchObject({ kind: "link", text: "/etc/passwd" });
    expect(await readBlob(source, "video.mp4")).toMatchObject({ kind: "lfs", sizeBytes: 12_345, text: null });
    expect([await kindOf("model.bin"), await kindOf("big.txt"), await kindOf(":(top)magic")]).toEqual(["binary", "too-large", "text"]);
    expect(await kindOf("ümlaut/line\nend.txt")).toBe("text");
    expect((await readBlob(source, "dot.gif")).text).toMatch(/^data:image\/gif;base64,R0lG/);
  });

  test.each(["../a.txt", "/etc/passwd", "src/../../x", "src//b", "a\0b", ".", "./src/./x"])("refuses the path %j", async (path) => {
    await expect(readBlob(source, path)).rejects.toMatchObject({ code: expect.stringMatching(/BAD_REQUEST|NOT_FOUND/) });
  });

  test("a tree that is none, or an option in its place, is refused", async () => {
    for (const tree of ["HEAD", "--help", "refs/heads/main", ""])
      await expect(listTree({ ...source, tree }, "")).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("search finds names and lines, whatever the letter case; patterns are plain text", async () => {
    const found = await searchTree(source, "needle");
    expect(found.lines).toEqual([
      { path: "a.txt", line: 1, text: "two needles" },
      { path: "src/deep/b.ts", line: 1, text: "export const Needle = 1;" },
    ]);
    expect((await searchTree(source, "B.TS")).names).toEqual(["src/deep/b.ts"]);
    expect(await searchTree(source, "--no-index")).toMatchObject({ names: [], lines: [] });
    expect((await searchTree(source, ".*")).lines).toEqual([]);
  });
});

test("a snapshot is laid over its base exactly: changes, deletions, modes, links", async () => {
  const directory = join(scratch, "restored");
  await mkdir(directory);
  await layTree(store, directory, baseCommit, source.tree);
  expect(await readFile(join(directory, "a.txt"), "utf8")).toBe("two needles\n");
  expect(await readlink(join(directory, "link"))).toBe("/etc/passwd");
  expect((await stat(join(directory, "run.sh"))).mode & 0o111).not.toBe(0);
  await expect(stat(join(directory, "gone.txt"))).rejects.toThrow();
  await writeFile(join(directory, "a.txt"), "three\n");
  await layTree(store, directory, baseCommit, source.tree);
  expect((await snapshotWorkspace({ ...key, directory, baseCommit })).treeId).toBe(source.tree);
});

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { limits } from "../../../platform/limits.ts";
import { initMirror } from "../sync-mirror.ts";
import { userGit, writeFiles } from "../testing.ts";
import { isDotGit } from "./archive-entry.ts";
import { importArchive } from "./import-archive.ts";

const scratch = await mkdtemp(join(tmpdir(), "import-archive-"));
const hasZip = ["/usr/bin/zip", "/usr/local/bin/zip"].some((path) => existsSync(path));
afterAll(() => rm(scratch, { recursive: true, force: true }));

interface Entry {
  readonly name: string;
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly goal?: string;
  readonly size?: number;
}

/** A tar archive as nobody's tool would write it. */
function tar(...entries: Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, type = "0", content = "", goal = "", size }) => {
    const bytes = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
    header.write(" ".repeat(8), 148);
    header.write(type, 156);
    header.write(goal, 157, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

let count = 0;
async function take(archive: Buffer) {
  const [mirror, file] = [join(scratch, `${count}.git`), join(scratch, `${count}.archive`)];
  count += 1;
  await initMirror(mirror);
  await writeFile(file, archive);
  const outcome = await importArchive(mirror, file, "Uploaded archive");
  const listed = (await userGit(mirror, "ls-tree", "-r", "main")).trim().split("\n");
  return { mirror, file, outcome, listed: listed.map((line) => line.replace(/^(\d+) \w+ \w+\t/, "$1 ")) };
}

async function project(name: string) {
  const directory = join(scratch, name);
  await writeFiles(directory, {
    "README.md": "hello\n",
    "src/deep/a.ts": "1\n",
    ".git/config": "[core]\n\tfsmonitor = touch /tmp/never\n",
    "run.sh": "#!/bin/sh\n",
  });
  await chmod(join(directory, "run.sh"), 0o755);
  await symlink("src/deep/a.ts", join(directory, "link"));
  return directory;
}

const expected = ["100644 README.md", "120000 link", "100755 run.sh", "100644 src/deep/a.ts"];

describe("an archive becomes a commit", () => {
  test.skipIf(!hasZip)("tar.gz and zip, their one outer directory taken off, .git left out; the next one is the next commit", async () => {
    await project("shop");
    const packed = execFileSync("tar", ["-czf", "-", "-C", scratch, "shop"]);
    const { mirror, file, outcome, listed } = await take(packed);
    expect(listed).toEqual(expected);
    expect(outcome).toEqual({ files: 4, skipped: 1 });
    execFileSync("zip", ["-qry", join(scratch, "shop.zip"), "shop"], { cwd: scratch });
    const { readFile } = await import("node:fs/promises");
    expect((await take(await readFile(join(scratch, "shop.zip")))).listed).toEqual(expected);
    await writeFile(file, gzipSync(tar({ name: "only.txt", content: "now\n" })));
    await importArchive(mirror, file, "Uploaded archive");
    expect((await userGit(mirror, "rev-list", "--count", "main")).trim()).toBe("2");
    expect(await userGit(mirror, "ls-tree", "-r", "--name-only", "main")).toBe("only.txt\n");
    await userGit(mirror, "fsck", "--strict");
  });

  test("long names, spaces, quotes and line ends arrive as they are", async () => {
    const long = `${"d".repeat(60)}/${"e".repeat(90)}.txt`;
    await writeFiles(join(scratch, "odd"), { [long]: "x\n", 'a "b"\\c\n.txt': "x\n", "-x": "x\n", "ünï/ö.txt": "x\n" });
    const { mirror } = await take(execFileSync("tar", ["-cf", "-", "-C", scratch, "odd"]));
    const names = (await userGit(mirror, "ls-tree", "-r", "-z", "--name-only", "main")).split("\0").filter(Boolean);
    expect(names).toEqual(expect.arrayContaining([long, "-x", "ünï/ö.txt"]));
    expect(names).toHaveLength(4);
  });
});

describe("a hostile archive is refused with the reason, and touches nothing", () => {
  const file = { name: "a/b.txt", content: "x" };
  test.each<[string, Buffer, RegExp]>([
    ["a path upwards", tar(file, { name: "a/../../evil.txt", content: "x" }), /leads out/],
    ["an absolute path", tar(file, { name: "/etc/cron.d/evil", content: "x" }), /absolute/],
    ["a drive", tar(file, { name: "C:\\evil.txt", content: "x" }), /absolute/],
    ["backslashes upwards", tar(file, { name: "a\\..\\..\\evil", content: "x" }), /leads out/],
    ["a link outwards", tar(file, { name: "a/l", type: "2", goal: "../../etc/passwd" }), /link that leads out/],
    ["an absolute link", tar(file, { name: "a/l", type: "2", goal: "/etc/passwd" }), /link that leads out/],
    ["a hard link", tar(file, { name: "a/h", type: "1", goal: "a/b.txt" }), /hard links/],
    ["a device", tar(file, { name: "a/null", type: "3" }), /devices/],
    ["a pipe", tar(file, { name: "a/pipe", type: "6" }), /devices/],
    ["a file that says it is huge", tar({ name: "a/b", size: limits.repository.archiveFileMaxBytes + 1 }), /over 200 MB/],
    ["an end that is missing", tar(file).subarray(0, 700), /damaged/],
    ["nothing in it", gzipSync(tar()), /no files/],
    ["only a .git", tar({ name: ".git/config", content: "x" }), /no files/],
    ["no archive", Buffer.from("#!/bin/sh\necho hello\n"), /no archive/],
    ["a cut gzip", gzipSync(tar(file)).subarray(0, 40), /damaged/],
    ["a bomb", gzipSync(tar({ name: "zeros", content: Buffer.alloc(60 * 1024 * 1024) })), /more than can be taken in/],
  ])("%s", async (_, archive, message) => {
    await expect(take(archive)).rejects.toThrow(message);
    expect(existsSync(join(scratch, "evil.txt"))).toBe(false);
  });

  test.skipIf(!hasZip)("a zip whose entry holds more than it says", async () => {
    await mkdir(join(scratch, "lying"), { recursive: true });
    await writeFile(join(scratch, "lying", "a.txt"), Buffer.alloc(100_000, 97));
    execFileSync("zip", ["-qr", join(scratch, "lying.zip"), "lying"], { cwd: scratch });
    const { readFile } = await import("node:fs/promises");
    const archive = await readFile(join(scratch, "lying.zip"));
    const at = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive.writeUInt32LE(10, at + 24);
    await expect(take(archive)).rejects.toThrow(/damaged/);
  });

  test("names that some file system takes for .git", () => {
    for (const name of [".git", ".GIT", ".Git ", ".git.", "git~1", "GIT~2", ".g\u200cit", ".git::$INDEX_ALLOCATION"])
      expect(isDotGit(name), name).toBe(true);
    for (const name of [".gitignore", "git", ".github", "a.git", ".git-x"]) expect(isDotGit(name), name).toBe(false);
  });
});

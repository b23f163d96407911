import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "disk-full-"));
const isFull = join(scratch, "is-full");
const bin = join(scratch, "bin");
await mkdir(bin);
// A git for which there is no room, for as long as the file is there.
await writeFile(
  join(bin, "git"),
  `#!/bin/sh
PATH='${process.env.PATH}'
[ "$1" = fast-import ] && [ -e '${isFull}' ] && { touch objects/pack/tmp_pack_x fast_import_crash_1; echo "fatal: sha1 file write error. Out of diskspace" >&2; exit 128; }
exec git "$@"
`,
  { mode: 0o755 },
);
vi.stubEnv("DATA_DIR", join(scratch, "data"));
vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);

const { mirrorPath, uploadPath } = await import("./data-paths.ts");
const { asDiskFull, DiskFull } = await import("./disk-full.ts");
const { GitError } = await import("./git.ts");
const { syncArchive } = await import("./sync-archive.ts");
const { inspectMirror } = await import("./sync-mirror.ts");

afterAll(() => rm(scratch, { recursive: true, force: true }));

async function uploaded(bytes: number) {
  const key = { workspaceId: newId("workspace"), repositoryId: newId("repository") };
  const files = join(scratch, key.repositoryId);
  await mkdir(files, { recursive: true });
  await writeFile(join(files, "a.bin"), randomBytes(bytes));
  const file = uploadPath(key.repositoryId);
  await mkdir(dirname(file), { recursive: true });
  execFileSync("tar", ["-czf", file, "-C", files, "."]);
  return { key, file, mirror: mirrorPath(key.repositoryId) };
}

describe("a full disk", () => {
  test.each([
    ["small", 100],
    ["large", 4_000_000],
  ])("a %s archive that found no room waits for the next attempt", async (_, bytes) => {
    const { key, file, mirror } = await uploaded(bytes);
    await writeFile(isFull, "");
    await expect(syncArchive(mirror, key)).rejects.toBeInstanceOf(DiskFull);
    expect(existsSync(file)).toBe(true);
    expect((await readdir(mirror, { recursive: true })).filter((name) => /tmp_|crash/.test(name))).toEqual([]);
    await rm(isFull);
    await syncArchive(mirror, key);
    expect((await inspectMirror(mirror)).fileCount).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  test("is this machine's only when this machine says so", () => {
    const told = (stderr: string) => asDiskFull(new GitError("exit", "fetch", 128, stderr));
    const ofServer = "remote: fatal: write error: No space left on device\nfatal: early EOF\n";
    expect(told(ofServer)).toBeNull();
    expect(told(`${ofServer}fatal: write error: No space left on device\n`)).toBeInstanceOf(DiskFull);
  });
});

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeTreeChange } from "./write-tree-change.ts";

const scratch = await mkdtemp(join(tmpdir(), "write-tree-change-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The two calls that it makes of a sandbox, in a directory of this machine. */
function sandboxAt(directory: string): Parameters<typeof writeTreeChange>[0] {
  const calls = {
    exec: async ({ command, stdin }: { command: string; stdin?: string }) => {
      try {
        return { exitCode: 0, output: execFileSync("bash", ["-c", command], { cwd: directory, input: stdin ?? "", encoding: "utf8" }) };
      } catch (error) {
        return { exitCode: 1, output: error instanceof Error ? error.message : "" };
      }
    },
    writeFile: async (_: string, path: string, content: Buffer) => {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    },
  };
  return calls as unknown as Parameters<typeof writeTreeChange>[0];
}

test("files go back into directories that hold others, in the place of files and links, and nothing behind a link is written", async () => {
  const [directory, source] = [join(scratch, "work"), join(scratch, "source")];
  for (const place of [directory, source]) await mkdir(join(place, "src"), { recursive: true });
  await writeFile(join(scratch, "outside.txt"), "outside\n");
  await writeFile(join(directory, "src/stays.txt"), "stays\n");
  await writeFile(join(directory, "src/a.txt"), "new\n");
  await symlink(join(scratch, "outside.txt"), join(directory, "src/b.txt"));
  await writeFile(join(directory, "gone.txt"), "gone\n");
  for (const name of ["a.txt", "b.txt", "c.txt"]) await writeFile(join(source, "src", name), `old ${name}\n`);
  const archive = execFileSync("tar", ["-cf", "-", "-C", source, "src"]);
  await writeTreeChange(sandboxAt(directory), { removed: ["gone.txt"], archives: [archive], skipped: 0 });
  const contents = await Promise.all(
    ["a.txt", "b.txt", "c.txt", "stays.txt"].map((name) => readFile(join(directory, "src", name), "utf8")),
  );
  expect(contents).toEqual(["old a.txt\n", "old b.txt\n", "old c.txt\n", "stays\n"]);
  expect(await readFile(join(scratch, "outside.txt"), "utf8")).toBe("outside\n");
  await expect(readFile(join(directory, "gone.txt"))).rejects.toThrow(/ENOENT/);
});

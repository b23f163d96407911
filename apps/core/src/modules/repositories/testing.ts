import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

const environment: NodeJS.ProcessEnv = { NODE_ENV: "test", PATH: "/usr/bin:/bin:/usr/local/bin", HOME: "/nonexistent", LC_ALL: "C.UTF-8" };

/** git as a user runs it, for tests: with an identity, and nothing of ours switched off. */
export async function userGit(cwd: string, ...args: string[]): Promise<string> {
  const identity = [
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "protocol.file.allow=always",
  ];
  return (
    await execFileAsync("git", [...identity, ...args], {
      cwd,
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    })
  ).stdout;
}

/** Writes files below a directory, making the directories on the way. */
export async function writeFiles(directory: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** A repository of one commit with these files. */
export async function makeRepository(directory: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await mkdir(directory, { recursive: true });
  await userGit(directory, "init", "--quiet");
  await writeFiles(directory, files);
  await userGit(directory, "add", "--all");
  await userGit(directory, "commit", "--quiet", "--allow-empty", "-m", "first");
}

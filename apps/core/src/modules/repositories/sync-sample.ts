import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gitLine, runGit } from "./git.ts";
import { initMirror } from "./sync-mirror.ts";

// Not `new URL(…, import.meta.url)`: web's bundler takes that for a module.
const sampleFiles = join(dirname(fileURLToPath(import.meta.url)), "sample/files");

// Fixed, so that the same files are the same commit on every machine.
const stamp = "2026-01-01T00:00:00Z";
const author = {
  GIT_AUTHOR_NAME: "OpenCode",
  GIT_AUTHOR_EMAIL: "sample@opencode.invalid",
  GIT_AUTHOR_DATE: stamp,
  GIT_COMMITTER_NAME: "OpenCode",
  GIT_COMMITTER_EMAIL: "sample@opencode.invalid",
  GIT_COMMITTER_DATE: stamp,
};

/** Makes the sample's folder into a repository of one commit on `main`, in the mirror. */
export async function syncSample(mirror: string, files: string = sampleFiles): Promise<void> {
  await initMirror(mirror);
  const indexFile = join(mirror, "sample.index");
  await rm(indexFile, { force: true });
  const run = { gitDir: mirror, workTree: files, cwd: files, indexFile, config: { "core.bare": "false", "core.autocrlf": "false" } };
  // Our own files: plain `add` is safe here.
  await runGit(["add", "--all", "--", "."], run);
  const tree = await gitLine(["write-tree"], run);
  const commit = await gitLine(["commit-tree", tree, "-m", "Sample project"], { gitDir: mirror, environment: author });
  await runGit(["update-ref", "refs/heads/main", commit], { gitDir: mirror });
  await runGit(["symbolic-ref", "HEAD", "refs/heads/main"], { gitDir: mirror });
  await rm(indexFile, { force: true });
}

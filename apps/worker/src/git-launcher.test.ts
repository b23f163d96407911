import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitError, gitLine, runGit } from "@opencode/core/modules/repositories/git.ts";
import { useGitRunner } from "@opencode/core/modules/repositories/index.ts";
import { env } from "@opencode/core/platform/env.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { launchGit } from "./git-launcher.ts";

const directory = mkdtempSync(join(tmpdir(), "git-launcher-"));
const work = { cwd: directory, gitDir: join(directory, ".git") };

beforeAll(async () => {
  useGitRunner(launchGit);
  await runGit(["init", "--quiet", directory]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const waits = ["-c", "alias.wait=!sleep 30", "wait"];

/** the process that starts git for this one */
function launcherPid(): number {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)])
    .toString()
    .split("\n");
  return Number(
    children
      .find((line) => line.includes("git-launcher-process"))
      ?.trim()
      .split(" ")[0],
  );
}

test("many at once, with bytes in and out", async () => {
  const contents = Array.from({ length: 20 }, (_, index) => Buffer.alloc(300_000, index));
  const ids = await Promise.all(contents.map((input) => gitLine(["hash-object", "-w", "--stdin"], { ...work, input })));
  const back = await Promise.all(ids.map((id) => runGit(["cat-file", "blob", id], work)));
  expect(back.every((blob, index) => blob.equals(contents[index] ?? Buffer.alloc(0)))).toBe(true);
  expect(launcherPid()).toBeGreaterThan(0);
});

test("what fails says how, without its secret", async () => {
  const failed = runGit(["rev-parse", "--verify", "no-such-secret-ref"], { ...work, secrets: ["secret"] });
  await expect(failed).rejects.toMatchObject({ reason: "exit", exitCode: 128, stderr: expect.not.stringContaining("secret") });
  await expect(runGit(["cat-file", "--batch"], { ...work, timeoutMs: 100, input: "" })).resolves.toHaveLength(0);
  await expect(runGit(waits, { ...work, timeoutMs: 100 })).rejects.toMatchObject({ reason: "timeout" });
  const stop = new AbortController();
  const stopped = runGit(waits, { ...work, signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await expect(stopped).rejects.toMatchObject({ reason: "aborted" });
  await expect(runGit(["hash-object", "--stdin"], { ...work, input: "x", maxOutputBytes: 4 })).rejects.toBeInstanceOf(GitError);
});

test("what no process can be given ends that run alone", async () => {
  const other = runGit(waits, { ...work, timeoutMs: 1_000 });
  const before = launcherPid();
  await expect(runGit(["ls-tree", "HEAD", "--", "a\0b"], work)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  const git = { cwd: directory, environment: { PATH: env().PATH }, timeoutMs: 1_000, maxOutputBytes: 1_000 };
  expect(await launchGit({ ...git, args: ["ls-tree", "a\0b"] })).toMatchObject({
    reason: "unstarted",
    stderr: expect.stringContaining("null"),
  });
  const long = "x".repeat(200_000);
  await expect(runGit(["log", long], work)).rejects.toMatchObject({ reason: "unstarted", stderr: expect.stringContaining("E2BIG") });
  await expect(runGit(["log"], { ...work, cwd: join(directory, ".git/HEAD") })).rejects.toBeInstanceOf(GitError);
  await expect(other).rejects.toMatchObject({ reason: "timeout" });
  expect(launcherPid()).toBe(before);
});

test("a launcher that is killed loses what it had under way: its gits end, and the next run has a new one", async () => {
  const started = join(directory, "started");
  const lost = runGit(["-c", `alias.wait=!echo $$ >${started}; exec sleep 30`, "wait"], work);
  const expected = expect(lost).rejects.toMatchObject({ reason: "aborted", stderr: expect.stringContaining("has ended") });
  await vi.waitFor(() => expect(readFileSync(started, "utf8")).toMatch(/\d\n/));
  const before = launcherPid();
  process.kill(before, "SIGKILL");
  await expected;
  const pid = readFileSync(started, "utf8").trim();
  const isRunning = () =>
    execFileSync("ps", ["-eo", "pid=,stat="])
      .toString()
      .match(new RegExp(`^ *${pid} +[^Z]`, "m")) !== null;
  await vi.waitFor(() => expect(isRunning()).toBe(false));
  expect(await gitLine(["rev-parse", "--git-dir"], work)).not.toBe("");
  expect(launcherPid()).not.toBe(before);
});

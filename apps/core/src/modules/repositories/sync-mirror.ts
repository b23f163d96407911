import { existsSync } from "node:fs";
import { mkdir, readdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { RepositoryNotes } from "./contract.ts";
import { GitError, gitLine, runGit } from "./git.ts";
import { readNotes } from "./read-notes.ts";
import type { Remote } from "./remote.ts";

const { fetchTimeoutMs } = limits.repository;
const watchMs = 1_000;
const everything = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

/**
 * Fetches everything a session may start from (branches and tags, pruned) into the mirror, which is made when missing. What
 * is too large for that is fetched without its history: the newest state of its default branch. PAYLOAD_TOO_LARGE over `maxBytes`.
 */
export async function syncMirror(
  mirror: string,
  remote: Remote,
  caps: { readonly fullMaxBytes: number; readonly maxBytes: number } = limits.repository,
): Promise<void> {
  const isNew = !existsSync(join(mirror, "HEAD"));
  await initMirror(mirror);
  const branch = await findDefaultBranch(remote);
  const newest = { refs: [`+refs/heads/${branch}:refs/heads/${branch}`], depth: ["--depth=1"], maxBytes: caps.maxBytes };
  const whole = { refs: everything, depth: [], maxBytes: isNew ? Math.min(caps.fullMaxBytes, caps.maxBytes) : caps.maxBytes };
  const isShallow = existsSync(join(mirror, "shallow"));
  let isFetched = await fetchCapped(mirror, remote, isShallow ? newest : whole);
  if (!isFetched && isNew) {
    await rm(mirror, { recursive: true, force: true });
    await initMirror(mirror);
    isFetched = await fetchCapped(mirror, remote, newest);
  }
  if (!isFetched) {
    await rm(mirror, { recursive: true, force: true });
    throw new AppError(
      "PAYLOAD_TOO_LARGE",
      `The repository is larger than ${Math.round(caps.maxBytes / 1024 ** 3)} GB, which is more than can be taken in.`,
    );
  }
  await runGit(["symbolic-ref", "HEAD", `refs/heads/${branch}`], { gitDir: mirror });
}

/** False when more came than may come; the transfer is broken off then. */
async function fetchCapped(
  mirror: string,
  remote: Remote,
  { refs, depth, maxBytes }: { readonly refs: readonly string[]; readonly depth: readonly string[]; readonly maxBytes: number },
): Promise<boolean> {
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    packBytes(mirror)
      .then((bytes) => bytes > maxBytes && tooLarge.abort())
      .catch(() => undefined);
  }, watchMs);
  const options = ["--quiet", "--prune", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", ...depth];
  // A shallow mirror has its one branch and no tags; tags that follow along would bring history.
  // A source that is cut itself is taken as it is.
  options.push(depth.length > 0 ? "--no-tags" : "--update-shallow");
  try {
    await runGit(["fetch", ...options, remote.address, ...refs], {
      gitDir: mirror,
      ...remote.run,
      signal: tooLarge.signal,
      timeoutMs: fetchTimeoutMs,
    });
    return (await packBytes(mirror)) <= maxBytes;
  } catch (error) {
    await removeHalfPacks(mirror);
    if (!tooLarge.signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(watch);
  }
}

export async function initMirror(mirror: string): Promise<void> {
  if (existsSync(join(mirror, "HEAD"))) return;
  await mkdir(mirror, { recursive: true, mode: 0o700 });
  await runGit(["init", "--quiet", "--bare", mirror]);
}

/** The branch that HEAD names on the server, or the likeliest one. */
async function findDefaultBranch(remote: Remote): Promise<string> {
  const listed = (
    await runGit(["ls-remote", "--symref", remote.address, "HEAD", "refs/heads/*"], {
      ...remote.run,
      timeoutMs: 60_000,
      maxOutputBytes: 64 * 1024 * 1024,
    })
  )
    .toString("utf8")
    .split("\n");
  const branches = listed.flatMap((line) => /^[0-9a-f]{40,64}\trefs\/heads\/(.+)$/.exec(line)?.[1] ?? []);
  const head = listed.flatMap((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1] ?? [])[0];
  const branch = [head, "main", "master", branches[0]].find((name) => name !== undefined && branches.includes(name));
  if (branch === undefined)
    throw new AppError("UNPROCESSABLE", "The repository is empty: it has no branch with a commit. Push a first commit, then refresh.");
  return branch;
}

/** A repository on this machine's disk; for one machine only, where whoever may connect it owns the machine. */
export async function localRemote(path: string): Promise<Remote> {
  if (!env().SINGLE_MACHINE)
    throw new AppError("BAD_REQUEST", "Local paths can be connected only where the product runs on one machine. Connect an https address.");
  const real = await realpath(path).catch(() => null);
  if (real === null || !(await stat(real)).isDirectory()) {
    throw new AppError("UNPROCESSABLE", `There is no directory ${path}. Check the path; it is one of the machine that the worker runs on.`);
  }
  // git forgets our settings when it starts the other side of a local fetch; this file reaches it.
  const config = join(resolve(env().DATA_DIR), "git", "local-fetch.gitconfig");
  await mkdir(join(config, ".."), { recursive: true });
  await writeFile(config, "[safe]\n\tdirectory = *\n[core]\n\tfsmonitor = false\n\thooksPath = /dev/null\n");
  return {
    address: real,
    run: { protocols: ["file"], environment: { GIT_CONFIG_GLOBAL: config }, config: { "fetch.unpackLimit": "1" }, secrets: [] },
  };
}

export interface MirrorFacts {
  readonly defaultBranch: string;
  readonly headCommit: string;
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly mirrorKind: "full" | "shallow";
  readonly notes: RepositoryNotes;
}

/** What the mirror holds; throws UNPROCESSABLE when its default branch has no commit. */
export async function inspectMirror(mirror: string): Promise<MirrorFacts> {
  const ref = await gitLine(["symbolic-ref", "HEAD"], { gitDir: mirror });
  const headCommit = await gitLine(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { gitDir: mirror }).catch((cause) => {
    throw cause instanceof GitError && cause.reason === "exit"
      ? new AppError("UNPROCESSABLE", "The repository's default branch has no commit. Push a first commit, then refresh.", { cause })
      : cause;
  });
  let fileCount = 0;
  await runGit(["ls-tree", "-r", "-z", "--name-only", headCommit], {
    gitDir: mirror,
    onStdout: (chunk) => {
      for (const byte of chunk) if (byte === 0) fileCount++;
    },
  });
  const mirrorKind = existsSync(join(mirror, "shallow")) ? "shallow" : "full";
  const facts = {
    defaultBranch: ref.replace("refs/heads/", ""),
    headCommit,
    fileCount,
    sizeBytes: await packBytes(mirror),
    mirrorKind,
  } as const;
  return { ...facts, notes: await readNotes(mirror, headCommit) };
}

/** Bytes of the object store's packs, those that are just arriving included. */
async function packBytes(mirror: string): Promise<number> {
  const directory = join(mirror, "objects", "pack");
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name)).catch(() => null))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function removeHalfPacks(mirror: string): Promise<void> {
  const directory = join(mirror, "objects", "pack");
  const names = await readdir(directory).catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith("tmp_")).map((name) => rm(join(directory, name), { force: true })));
}

import { existsSync } from "node:fs";
import { mkdir, readdir, realpath, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { RepositoryNotes } from "./contract.ts";
import { fetchCapped, packBytes } from "./fetch-capped.ts";
import { fetchPartial, isPartial } from "./fetch-partial.ts";
import { GitError, gitLine, runGit } from "./git.ts";
import { removeHalfWritten } from "./half-written.ts";
import { keepFile } from "./keep-file.ts";
import { readNotes } from "./read-notes.ts";
import type { Remote } from "./remote.ts";

const listTimeoutMs = 60_000;
const everything = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

export interface MirrorCaps {
  /** a first fetch of everything is given up over this */
  readonly fullMaxBytes: number;
  readonly maxBytes: number;
  /** of one fetch */
  readonly fetchTimeoutMs?: number;
}

/**
 * Fetches everything a session may start from (branches and tags, pruned) into the mirror, which is made when missing. What
 * is too large for that is fetched without the contents of older files, and where its server can't do that or it is still
 * too large, without its history: the newest state of its default branch. PAYLOAD_TOO_LARGE over `maxBytes`.
 */
export async function syncMirror(mirror: string, remote: Remote, caps: MirrorCaps = limits.repository): Promise<void> {
  const isNew = !existsSync(join(mirror, "HEAD"));
  await initMirror(mirror);
  await removeLeftovers(mirror);
  const branch = await findDefaultBranch(remote, caps.fetchTimeoutMs);
  const ways = isNew ? waysFor(caps) : [await wayOf(mirror)];
  let isFetched = false;
  for (const way of ways) {
    if (isNew && way !== ways[0]) {
      await rm(mirror, { recursive: true, force: true });
      await initMirror(mirror);
    }
    isFetched = await fetchBy[way](mirror, remote, branch, { ...caps, isFirst: isNew });
    if (isFetched) break;
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

type MirrorKind = "full" | "partial" | "shallow";

/** How a first fetch is tried, in this order. */
function waysFor(caps: MirrorCaps): readonly MirrorKind[] {
  return caps.fullMaxBytes > 0 && env().REPOSITORY_HISTORY === "full" ? ["full", "partial", "shallow"] : ["partial", "shallow"];
}

export async function wayOf(mirror: string): Promise<MirrorKind> {
  if (await isPartial(mirror)) return "partial";
  return existsSync(join(mirror, "shallow")) ? "shallow" : "full";
}

const fetchBy: Record<
  MirrorKind,
  (mirror: string, remote: Remote, branch: string, caps: MirrorCaps & { isFirst: boolean }) => Promise<boolean>
> = {
  full: (mirror, remote, _branch, caps) =>
    fetchCapped(mirror, remote, {
      // A source that is cut itself is taken as it is.
      options: ["--prune", "--update-shallow"],
      refs: everything,
      maxBytes: caps.isFirst ? Math.min(caps.fullMaxBytes, caps.maxBytes) : caps.maxBytes,
      ...timeOf(caps),
    }),
  partial: (mirror, remote, branch, caps) =>
    fetchPartial(mirror, remote, { branch, refs: everything, maxBytes: caps.maxBytes, ...timeOf(caps) }),
  shallow: (mirror, remote, branch, caps) =>
    fetchCapped(mirror, remote, {
      // It has its one branch and no tags; tags that follow along would bring history.
      options: ["--prune", "--depth=1", "--no-tags"],
      refs: [`+refs/heads/${branch}:refs/heads/${branch}`],
      maxBytes: caps.maxBytes,
      ...timeOf(caps),
    }),
};

const timeOf = ({ fetchTimeoutMs }: MirrorCaps) => (fetchTimeoutMs === undefined ? {} : { timeoutMs: fetchTimeoutMs });

export async function initMirror(mirror: string): Promise<void> {
  if (existsSync(join(mirror, "HEAD"))) return;
  await mkdir(mirror, { recursive: true, mode: 0o700 });
  await runGit(["init", "--quiet", "--bare", mirror]);
}

/** What a git that died has left: its half objects and packs, its reports, and locks that would keep every later one out. For whoever is alone with the mirror. */
export async function removeLeftovers(mirror: string): Promise<void> {
  await removeHalfWritten(mirror);
  const inTop = (await readdir(mirror)).map((name) => join(mirror, name));
  const below = (await readdir(join(mirror, "refs"), { recursive: true })).map((name) => join(mirror, "refs", name));
  for (const path of [...inTop, ...below]) if (/\.lock$|\/fast_import_crash_\d+$/.test(path)) await rm(path, { force: true });
}

/** The branch that HEAD names on the server, or the likeliest one. */
async function findDefaultBranch(remote: Remote, maxMs = listTimeoutMs): Promise<string> {
  const listed = (
    await runGit(["ls-remote", "--symref", remote.address, "HEAD", "refs/heads/*"], {
      ...remote.run,
      timeoutMs: Math.min(maxMs, listTimeoutMs),
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
  await keepFile(
    config,
    "[safe]\n\tdirectory = *\n[uploadpack]\n\tallowFilter = true\n[core]\n\tfsmonitor = false\n\thooksPath = /dev/null\n",
  );
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
  readonly mirrorKind: MirrorKind;
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
  const facts = {
    defaultBranch: ref.replace("refs/heads/", ""),
    headCommit,
    fileCount,
    sizeBytes: await packBytes(mirror),
    mirrorKind: await wayOf(mirror),
  } as const;
  return { ...facts, notes: await readNotes(mirror, headCommit) };
}

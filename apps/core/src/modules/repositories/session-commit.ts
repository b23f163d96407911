import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../platform/errors.ts";
import type { SessionId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { GitError, gitLine, runGit } from "./git.ts";
import type { RepositoryKey } from "./repo.ts";
import { borrowShallow, openSessionStore } from "./session-store.ts";
import { changedPaths } from "./tree-changes.ts";

export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
}

export interface CommitRequest extends RepositoryKey {
  readonly sessionId: SessionId;
  readonly baseCommit: string;
  readonly treeId: string;
  /** what our branch holds already; the base when left out */
  readonly parent?: string | null;
  readonly branch: string;
  readonly message: string;
  readonly author: CommitAuthor;
  /** when the commit says that it was made, now when left out: the same request makes the same commit again */
  readonly at?: Date;
}

export interface SessionCommit {
  readonly commit: string;
  /** commits and objects above the base, on `refs/heads/<branch>`, as `git bundle` makes it */
  readonly bundle: Buffer;
}

const agent = { name: "OpenCode", email: "agent@opencode.invalid" } as const;

/**
 * The session's work as a commit of ours: its snapshot's tree on top of the base, written by the person, with the agent as
 * co-author. Whatever the agent did to its own `.git` has no part in it. The result is checked as if a stranger had sent it.
 * UNPROCESSABLE when there is nothing to commit or something in it must not leave.
 */
export async function commitSessionWork(request: CommitRequest): Promise<SessionCommit> {
  const store = await openSessionStore(request);
  const parent = request.parent ?? request.baseCommit;
  const run = { gitDir: store, cwd: store };
  const [base, wanted] = [`${parent}^{tree}`, `${request.treeId}^{tree}`];
  if ((await gitLine(["rev-parse", base], run)) === (await gitLine(["rev-parse", wanted], run)))
    throw new AppError("UNPROCESSABLE", "There is nothing to push: the files are as they were.");
  await refuseBadSubmodules(store, request);
  const ref = refOf(request.branch);
  const message = `${request.message.trim()}\n\nCo-authored-by: ${agent.name} <${agent.email}>\n`;
  const stamp = `@${Math.floor((request.at ?? new Date()).getTime() / 1_000)} +0000`;
  const commit = await gitLine(["commit-tree", wanted, "-p", parent, "-F", "-"], {
    ...run,
    input: message,
    environment: {
      GIT_AUTHOR_NAME: clean(request.author.name, "OpenCode user"),
      GIT_AUTHOR_EMAIL: clean(request.author.email, "user@opencode.invalid"),
      GIT_AUTHOR_DATE: stamp,
      GIT_COMMITTER_NAME: agent.name,
      GIT_COMMITTER_EMAIL: agent.email,
      GIT_COMMITTER_DATE: stamp,
    },
  });
  // Left by a git that was killed: whoever makes a session's commits is alone.
  await rm(join(store, `${ref}.lock`), { force: true });
  await runGit(["update-ref", ref, commit], run);
  const bundle = await runGit(["bundle", "create", "--quiet", "-", ref, `^${request.baseCommit}`], {
    ...run,
    maxOutputBytes: limits.repository.bundleMaxBytes,
    isLarge: true,
  });
  return { commit, bundle };
}

/** `refs/heads/<branch>`; BAD_REQUEST for a name that git or a command line could take for something else. */
export function refOf(branch: string): string {
  const isPlain = /^[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}$/.test(branch) && !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(branch);
  if (!isPlain || branch === "HEAD")
    throw new AppError("BAD_REQUEST", "This can't be a branch's name. Use letters, digits, and - _ . / between them.");
  return `refs/heads/${branch}`;
}

/**
 * Opens a bundle in a directory of its own, every object checked by git's rules for strangers (no `.git` paths, no malformed
 * trees or submodules), and answers whether it is what it should be: this branch alone, on top of the base. UNPROCESSABLE otherwise.
 */
export async function checkBundle(
  quarantine: string,
  { bundle, commit }: SessionCommit,
  request: Pick<CommitRequest, "branch" | "baseCommit" | "repositoryId" | "workspaceId" | "sessionId">,
): Promise<void> {
  const store = await openSessionStore(request);
  const ref = refOf(request.branch);
  const refusal = (cause?: unknown) =>
    new AppError(
      "UNPROCESSABLE",
      "The session's work holds something that must not leave: git refuses it. Look for odd paths in the diff.",
      { cause },
    );
  await rm(quarantine, { recursive: true, force: true });
  await runGit(["init", "--quiet", "--bare", quarantine]);
  const run = {
    gitDir: quarantine,
    cwd: quarantine,
    protocols: ["file"],
    environment: { GIT_ALTERNATE_OBJECT_DIRECTORIES: "" },
    config: { "fetch.fsckObjects": "true", "transfer.fsckObjects": "true", "fetch.unpackLimit": "1" },
  };
  await writeFile(join(quarantine, "objects", "info", "alternates"), `${join(store, "objects")}\n`);
  await borrowShallow(store, quarantine);
  // What lies below the base is known, and of a partial mirror not all there: it is not looked through.
  await runGit(["update-ref", "refs/opencode/base", request.baseCommit], run);
  const file = join(quarantine, "incoming.bundle");
  await writeFile(file, bundle);
  try {
    const listed = (await gitLine(["bundle", "list-heads", file], run)).split("\n");
    if (listed.length !== 1 || listed[0] !== `${commit} ${ref}`) throw refusal();
    await runGit(["fetch", "--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-tags", file, `${ref}:${ref}`], run);
    await runGit(["merge-base", "--is-ancestor", request.baseCommit, commit], run);
  } catch (error) {
    if (error instanceof GitError && error.reason === "exit") throw refusal(error);
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

/** A changed .gitmodules may name https, ssh and relative addresses only: others run programs or reach files where it is cloned. */
async function refuseBadSubmodules(store: string, { baseCommit, treeId }: CommitRequest): Promise<void> {
  const changed = await changedPaths(store, baseCommit, treeId);
  if (!changed.some((change) => change.rawPath.toLowerCase() === ".gitmodules" && change.id !== null)) return;
  const listed = await runGit(
    ["config", "--no-includes", "--blob", `${treeId}:.gitmodules`, "-z", "--get-regexp", "^submodule\\..*\\.(url|update|path)$"],
    {
      gitDir: store,
      cwd: store,
    },
  ).catch(() => Buffer.from("broken\n\0"));
  for (const entry of listed.toString("utf8").split("\0")) {
    if (entry === "") continue;
    const [name = "", value = ""] = [entry.slice(0, entry.indexOf("\n")), entry.slice(entry.indexOf("\n") + 1)];
    const isFine = /\.url$/.test(name)
      ? /^(https:\/\/|ssh:\/\/|\.\.?\/|git@[\w.-]+:)[^\s-][^\s]*$/.test(value)
      : /\.path$/.test(name)
        ? !/(^|\/)\.\.?(\/|$)|^[-/]/.test(value)
        : /^(checkout|rebase|merge|none)$/.test(value);
    if (!isFine || name === "")
      throw new AppError(
        "UNPROCESSABLE",
        `.gitmodules was changed so that it may harm who clones it (${name || "it can't be read"}). Take that change back.`,
      );
  }
}

const clean = (text: string, otherwise: string) =>
  text
    .replace(/[<>\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 200) || otherwise;

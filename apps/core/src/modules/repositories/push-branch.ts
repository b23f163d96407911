import { withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import { withCheckedCommit } from "./checked-commit.ts";
import { compareUrl } from "./compare-url.ts";
import { explainGitFailure } from "./explain-git-failure.ts";
import { GitError, runGit } from "./git.ts";
import type { Remote } from "./remote.ts";
import { findRepository, findRepositorySource } from "./repo.ts";
import { type CommitRequest, refOf } from "./session-commit.ts";
import { remoteOf } from "./source-remote.ts";

/**
 * Puts the session's work as a branch on the repository's origin, with the worker's credentials. The branch moves forward
 * only, and only from where we put it ourselves (`parent`): commits of others are never overwritten. AppErrors say what to do.
 */
export async function pushBranch(request: CommitRequest): Promise<{ commit: string; url: string | null }> {
  const [repository, source] = await withTenant(
    request.workspaceId,
    async (tx) => [await findRepository(tx, request), await findRepositorySource(tx, request)] as const,
  );
  if (!repository || !source) throw notFound("The repository");
  if (source.kind === "sample" || source.kind === "archive")
    throw new AppError("UNPROCESSABLE", "This repository has no server to push to. Download the patch or the bundle instead.");
  const defaultBranch = repository.defaultBranch ?? "main";
  if (request.branch === defaultBranch)
    throw new AppError("BAD_REQUEST", `${defaultBranch} is the default branch. Push to a branch of its own.`);
  try {
    return await withCheckedCommit(request, async ({ commit }, quarantine) => {
      await remoteOf(request, source, (remote) => pushChecked(quarantine, remote, commit, request));
      return { commit, url: source.location === null ? null : compareUrl(source.location, defaultBranch, request.branch) };
    });
  } catch (error) {
    const message = explainPush(error) ?? explainGitFailure(error, source.kind);
    throw message === null ? error : new AppError("UNPROCESSABLE", message, { cause: error });
  }
}

async function pushChecked(quarantine: string, remote: Remote, commit: string, request: CommitRequest): Promise<void> {
  const ref = refOf(request.branch);
  const run = { ...remote.run, gitDir: quarantine, cwd: quarantine, timeoutMs: limits.repository.pushTimeoutMs };
  const listed = (await runGit(["ls-remote", remote.address, ref], { ...run, timeoutMs: 60_000, maxOutputBytes: 1024 * 1024 })).toString(
    "utf8",
  );
  const there = /^([0-9a-f]{40,64})\t/.exec(listed)?.[1] ?? null;
  if (there === commit) return;
  if (there !== null && there !== request.parent)
    throw new AppError(
      "CONFLICT",
      `${request.branch} on the server holds commits that did not come from here. Push under another name, or merge it there first.`,
    );
  await runGit(
    [
      "push",
      "--quiet",
      "--no-verify",
      "--no-recurse-submodules",
      "--no-signed",
      `--force-with-lease=${ref}:${there ?? ""}`,
      remote.address,
      `${commit}:${ref}`,
    ],
    run,
  );
}

function explainPush(error: unknown): string | null {
  if (!(error instanceof GitError) || error.reason !== "exit") return null;
  const says = (pattern: RegExp) => pattern.test(error.stderr);
  if (says(/stale info|non-fast-forward|fetch first/i))
    return "Somebody else pushed to this branch at the same moment. Push under another name.";
  if (says(/pre-receive hook declined|protected branch|hook declined|remote rejected/i)) {
    const reason = /remote: (?:error: |GitLab: )?(.{3,200})/.exec(error.stderr)?.[1];
    return `The server refused the branch by a rule of its own${reason ? `: ${reason.trim()}` : ""}. Take another name, or ask who set the rule.`;
  }
  if (says(/returned error: 403|not permitted|permission to .* denied|read.?only|marked as read only/i))
    return "The server lets us read, but not write. Enter a token (or a deploy key) with write access to this repository, then push again.";
  return null;
}

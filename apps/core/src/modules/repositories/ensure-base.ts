import { statSync } from "node:fs";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import { mirrorPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { explainGitFailure } from "./explain-git-failure.ts";
import { fetchCapped } from "./fetch-capped.ts";
import { fetchPartialCommit, isPartial, missingFiles } from "./fetch-partial.ts";
import { GitError, runGit } from "./git.ts";
import { freshMirror } from "./mirror-repository.ts";
import type { Remote } from "./remote.ts";
import type { RepositoryKey, RepositorySource } from "./repo.ts";
import { remoteOf } from "./source-remote.ts";
import { wayOf } from "./sync-mirror.ts";

const known = new Set<string>();
const maxKnown = 1_000;

/**
 * Whether a mirror holds a commit with all its files. What a mirror holds it keeps, so git is asked once for each mirror
 * that was made. Throws when that can't be known.
 */
export async function hasBase(mirror: string, commit: string): Promise<boolean> {
  const made = statSync(mirror, { bigint: true, throwIfNoEntry: false });
  if (!made) return false;
  const key = `${mirror} ${made.ino} ${made.birthtimeNs} ${commit}`;
  if (known.has(key)) return true;
  if (!(await hasCommit(mirror, commit)) || ((await isPartial(mirror)) && (await missingFiles(mirror, commit)).length > 0)) return false;
  known.add(key);
  const [oldest] = known;
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  return true;
}

async function hasCommit(gitDir: string, commit: string): Promise<boolean> {
  try {
    await runGit(["cat-file", "-e", `${commit}^{commit}`], { gitDir });
    return true;
  } catch (error) {
    if (error instanceof GitError && error.reason === "exit") return false;
    throw error;
  }
}

/**
 * Sees to it that the mirror here holds the commit that a session began from: it may lie on another machine than the one
 * where that was fetched, and the branch has gone on. `isThere` false: the repository doesn't have it any more. Throws
 * AppError when it can't be reached.
 */
export async function ensureBase(
  key: RepositoryKey,
  commit: string,
): Promise<{ isThere: boolean; source: RepositorySource | null; warning: string | null }> {
  const mirror = mirrorPath(key.repositoryId);
  if (await hasBase(mirror, commit)) return { isThere: true, source: null, warning: null };
  const { source, warning } = await freshMirror(key);
  if (await hasBase(mirror, commit)) return { isThere: true, source, warning };
  if (source.kind === "sample" || source.kind === "archive") return { isThere: false, source, warning };
  try {
    const isThere = await exclusive(mirror, () => remoteOf(key, source, (remote) => fetchBase(mirror, remote, commit)));
    return { isThere, source, warning };
  } catch (error) {
    const message = explainGitFailure(error, source.kind);
    if (message === null) throw error;
    throw new AppError("UNPROCESSABLE", `The commit that this session began from can't be fetched. ${message}`, { cause: error });
  }
}

/** Fetches one commit by its name, with as much about it as the mirror has of others. False when the server has no such commit. */
export async function fetchBase(mirror: string, remote: Remote, commit: string): Promise<boolean> {
  const { maxBytes } = limits.repository;
  const options = { full: ["--no-tags", "--update-shallow"], shallow: ["--no-tags", "--depth=1"] };
  const way = await wayOf(mirror);
  try {
    return way === "partial"
      ? await fetchPartialCommit(mirror, remote, commit, { maxBytes })
      : await fetchCapped(mirror, remote, { options: options[way], refs: [commit], maxBytes });
  } catch (error) {
    if (error instanceof GitError && /not our ref|unadvertised object|couldn't find remote ref/i.test(error.stderr)) return false;
    throw error;
  }
}

import { fetchCapped } from "./fetch-capped.ts";
import { gitLine, runGit } from "./git.ts";
import type { Remote } from "./remote.ts";

/**
 * What git calls the place that a partial repository's missing files come from. It has no address in any configuration:
 * only the fetches here give it one, for their own run.
 */
export const missingFrom = "not-fetched";

const blobsPerFetch = 25_000;
const incoming = "refs/opencode/incoming";

/** Whether a repository holds all commits and directories, but of the files only those that sessions started from. */
export async function isPartial(gitDir: string): Promise<boolean> {
  return gitLine(["config", "--get", `remote.${missingFrom}.promisor`], { gitDir }).then(
    (value) => value === "true",
    () => false,
  );
}

/** Lets git take files that aren't there for what they are: left out on purpose, and to be had nowhere. */
export async function declarePartial(gitDir: string): Promise<void> {
  const run = { gitDir, cwd: gitDir };
  await runGit(["config", "core.repositoryFormatVersion", "1"], run);
  await runGit(["config", "extensions.partialClone", missingFrom], run);
  await runGit(["config", `remote.${missingFrom}.promisor`, "true"], run);
  await runGit(["config", `remote.${missingFrom}.partialCloneFilter`, "blob:none"], run);
}

/**
 * Fetches all history without the files' contents, then the contents of the branch's newest state: all that a session
 * starts from, so that nothing has to be fetched later. The branch moves only once everything of it is there. False when
 * it is too large, or the server can't leave anything out.
 */
export async function fetchPartial(
  mirror: string,
  remote: Remote,
  { branch, refs, maxBytes, timeoutMs }: { branch: string; refs: readonly string[]; maxBytes: number; timeoutMs?: number },
): Promise<boolean> {
  await declarePartial(mirror);
  const what = {
    name: missingFrom,
    maxBytes,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    giveUpOn: /filtering not recognized by server/i,
  };
  const filter = "--filter=blob:none";
  const newest = { ...what, options: [filter, "--no-tags"], refs: [`+refs/heads/${branch}:${incoming}`] };
  if (!(await fetchCapped(mirror, remote, newest))) return false;
  const commit = await gitLine(["rev-parse", "--verify", `${incoming}^{commit}`], { gitDir: mirror });
  if (!(await fetchFilesOf(mirror, remote, commit, what))) return false;
  if (!(await fetchCapped(mirror, remote, { ...what, options: [filter, "--prune"], refs }))) return false;
  // It may have moved on meanwhile, to a state whose files are not here.
  await runGit(["update-ref", `refs/heads/${branch}`, commit], { gitDir: mirror });
  return true;
}

/** What a partial repository lacks of a commit's files. */
export async function missingFiles(gitDir: string, commit: string): Promise<string[]> {
  const listed = await runGit(["rev-list", "--objects", "--no-walk", "--missing=print", commit], { gitDir });
  return listed
    .toString("latin1")
    .split("\n")
    .flatMap((line) => /^\?([0-9a-f]{40,64})$/.exec(line)?.[1] ?? []);
}

/** Fetches a commit that is not among the branches any more, or whose files were never fetched. False when it is too large. */
export async function fetchPartialCommit(mirror: string, remote: Remote, commit: string, what: { maxBytes: number }): Promise<boolean> {
  const named = { ...what, name: missingFrom };
  return (
    (await fetchCapped(mirror, remote, { ...named, options: ["--filter=blob:none", "--no-tags"], refs: [commit] })) &&
    (await fetchFilesOf(mirror, remote, commit, named))
  );
}

async function fetchFilesOf(
  mirror: string,
  remote: Remote,
  commit: string,
  what: { name: string; maxBytes: number; timeoutMs?: number },
): Promise<boolean> {
  const missing = await missingFiles(mirror, commit);
  for (let start = 0; start < missing.length; start += blobsPerFetch) {
    const isFetched = await fetchCapped(mirror, remote, {
      ...what,
      options: ["--filter=blob:none", "--no-tags", "--stdin"],
      input: `${missing.slice(start, start + blobsPerFetch).join("\n")}\n`,
      // What is asked for by name is sent; there is nothing to compare.
      config: { "fetch.negotiationAlgorithm": "noop" },
    });
    if (!isFetched) return false;
  }
  return true;
}

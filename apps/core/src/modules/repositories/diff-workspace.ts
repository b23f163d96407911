import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { attributePattern } from "./attribute-pattern.ts";
import type { Diff } from "./contract.ts";
import { GitError, type GitRun, runGit } from "./git.ts";
import { type ListedFile, parseDiffList, splitPatch, withPatches } from "./parse-diff.ts";
import type { RepositoryKey } from "./repo.ts";
import { snapshotWorkspace, type WorkspaceSnapshot } from "./snapshot-workspace.ts";

const { patchMaxBytes } = limits.repository;
const renames = ["-M", "-l2000"];

/**
 * What the session changed against its base: the list for the page, and one patch that `git apply` takes (renames,
 * modes, binary files). Files that would make the patch too long stand in the list and in `omitted`, not in the patch.
 */
export async function diffWorkspace(
  request: RepositoryKey & { sessionId: SessionId; directory: string; baseCommit: string },
): Promise<{ diff: Diff; patch: string }> {
  return describeSnapshot(request.baseCommit, await snapshotWorkspace(request));
}

/** The same, unless the files are still as in a snapshot that is known: null then, and what is long to tell is not looked at again. */
export async function diffWorkspaceSince(
  request: Parameters<typeof diffWorkspace>[0],
  knownTreeId: string | null,
): Promise<Awaited<ReturnType<typeof diffWorkspace>> | null> {
  const snapshot = await snapshotWorkspace(request);
  return snapshot.treeId === knownTreeId ? null : describeSnapshot(request.baseCommit, snapshot);
}

async function describeSnapshot(baseCommit: string, { store, treeId, omitted }: WorkspaceSnapshot): Promise<{ diff: Diff; patch: string }> {
  const { files, patch, tooLong } = await diffTrees(store, baseCommit, treeId);
  const left = [...omitted, ...tooLong.map((path) => ({ path, reason: "too-large" as const }))];
  const diff: Diff = {
    baseCommit,
    treeId,
    files,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    ...(left.length > 0 ? { omitted: left } : {}),
  };
  return { diff, patch };
}

/** The difference of two trees of a session's private store. */
export async function diffTrees(
  store: string,
  from: string,
  to: string,
): Promise<{ files: Diff["files"]; patch: string; tooLong: string[] }> {
  const run: GitRun = { gitDir: store, cwd: store, timeoutMs: 120_000, config: { "core.quotePath": "true" } };
  const listed = parseDiffList(await runGit(["diff-tree", "-r", "-z", "--raw", "--numstat", "--no-ext-diff", ...renames, from, to], run));
  if (listed.length === 0) return { files: [], patch: "", tooLong: [] };
  const whole = await patchOf(run, from, to, []);
  const tooLong = whole === null ? await largestFiles(run, to, listed) : [];
  const bytes = whole ?? (await patchOf(run, from, to, tooLong)) ?? Buffer.alloc(0);
  const patch = await decodePatch(run, from, to, bytes, tooLong, listed);
  const inPatch = new Set(tooLong.map((entry) => entry.rawPath));
  const files = withPatches(
    listed.map((entry) => (inPatch.has(entry.rawPath) ? { ...entry, sections: 0 } : entry)),
    patch,
  );
  return { files, patch, tooLong: tooLong.map((entry) => entry.file.path) };
}

/** Null when it is longer than a patch may be. */
async function patchOf(
  run: GitRun,
  from: string,
  to: string,
  without: readonly ListedFile[],
  config: Readonly<Record<string, string>> = {},
): Promise<Buffer | null> {
  const paths = without
    .flatMap((entry) => [...new Set([entry.rawPath, entry.rawOldPath])])
    .map((path) => `:(exclude,literal,top)${Buffer.from(path, "latin1").toString("utf8")}`);
  try {
    return await runGit(
      [
        "diff-tree",
        "-r",
        "-p",
        "--binary",
        "--full-index",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        ...renames,
        from,
        to,
        ...(paths.length > 0 ? ["--", ".", ...paths] : []),
      ],
      { ...run, config: { ...run.config, ...config }, maxOutputBytes: patchMaxBytes },
    );
  } catch (error) {
    if (error instanceof GitError && error.reason === "output") return null;
    throw error;
  }
}

/** The files to leave out so that the rest fits: the largest ones first, by the size of what they became. */
async function largestFiles(run: GitRun, to: string, listed: readonly ListedFile[]): Promise<ListedFile[]> {
  const sizes = new Map<string, number>();
  const tree = (await runGit(["ls-tree", "-r", "-z", "-l", to], run)).toString("latin1").split("\0");
  for (const line of tree) {
    const match = /^\d+ \w+ [0-9a-f]+ +(\d+|-)\t([\s\S]*)$/.exec(line);
    if (match) sizes.set(match[2] ?? "", Number(match[1]) || 0);
  }
  const sizeOf = (entry: ListedFile) => sizes.get(entry.rawPath) ?? patchMaxBytes / 4;
  const bySize = listed.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  let total = bySize.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const left: ListedFile[] = [];
  // A third: a changed text file stands in a patch up to twice, and binary ones grow by a quarter.
  for (const entry of bySize) {
    if (total <= patchMaxBytes / 3 && left.length > 0) break;
    if (left.length >= 500) break;
    left.push(entry);
    total -= sizeOf(entry);
  }
  return left;
}

/**
 * The patch as text. Files in another encoding than UTF-8 would be damaged by that: they are given as binary, which
 * a patch carries byte for byte.
 */
async function decodePatch(
  run: GitRun,
  from: string,
  to: string,
  bytes: Buffer,
  without: readonly ListedFile[],
  listed: readonly ListedFile[],
): Promise<string> {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  const parts = splitPatch(bytes.toString("latin1"));
  const kept = listed.filter((entry) => !without.includes(entry)).flatMap((entry) => Array.from({ length: entry.sections }, () => entry));
  const foreign = kept.filter((_, index) => {
    const part = Buffer.from(parts[index] ?? "", "latin1");
    return !Buffer.from(part.toString("utf8"), "utf8").equals(part);
  });
  const attributes = join(run.gitDir ?? "", "binary.attributes");
  await writeFile(attributes, Buffer.from(foreign.map((entry) => `${attributePattern(entry.rawPath)} -diff\n`).join(""), "latin1"));
  try {
    const asBinary = await patchOf(run, from, to, without, { "core.attributesFile": attributes });
    return (asBinary ?? bytes).toString("utf8");
  } finally {
    await rm(attributes, { force: true });
  }
}

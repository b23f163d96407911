import { rm } from "node:fs/promises";
import { join } from "node:path";
import { exclusive } from "./exclusive.ts";
import { type GitRun, gitLine, runGit } from "./git.ts";

/** A path that differs between two trees; the path byte for byte (latin1). `id` and `mode` are the newer side's, null when it is gone. */
export interface TreeChange {
  readonly rawPath: string;
  readonly mode: string | null;
  readonly id: string | null;
}

const submodule = "160000";

/** What differs between two trees of a store, file by file; submodules aside. */
export async function changedPaths(store: string, from: string, to: string): Promise<TreeChange[]> {
  const output = await runGit(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=all", from, to], {
    gitDir: store,
    cwd: store,
  });
  const tokens = output.toString("latin1").split("\0");
  const changes: TreeChange[] = [];
  for (let index = 0; index + 1 < tokens.length; index += 2) {
    const [oldMode = "", mode = "", , id = "", status = ""] = (tokens[index] ?? "").slice(1).split(" ");
    if (mode === submodule || oldMode === submodule) continue;
    const isGone = status === "D";
    changes.push({ rawPath: tokens[index + 1] ?? "", mode: isGone ? null : mode, id: isGone ? null : id });
  }
  return changes;
}

/** Whether a path of a store's tree is this file, and which. */
async function entriesOf(run: GitRun, tree: string, wanted: ReadonlySet<string>): Promise<Map<string, { mode: string; id: string }>> {
  const found = new Map<string, { mode: string; id: string }>();
  for (const line of (await runGit(["ls-tree", "-r", "-z", tree], run)).toString("latin1").split("\0")) {
    const match = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line);
    const path = match?.[3];
    if (match && path !== undefined && wanted.has(path)) found.set(path, { mode: match[1] ?? "", id: match[2] ?? "" });
  }
  return found;
}

/** A tree that is `base`, with certain paths as they are in other trees (or absent, as they are there). */
export async function composeTree(
  store: string,
  base: string,
  sources: readonly { readonly tree: string; readonly paths: ReadonlySet<string> }[],
): Promise<string> {
  return exclusive(store, async () => {
    const indexFile = join(store, "compose.index");
    const run: GitRun = { gitDir: store, cwd: store, indexFile, timeoutMs: 120_000 };
    await rm(indexFile, { force: true });
    try {
      await runGit(["read-tree", base], run);
      const [gone, there]: [string[], string[]] = [[], []];
      for (const { tree, paths } of sources) {
        const entries = await entriesOf(run, tree, paths);
        for (const path of paths) {
          const entry = entries.get(path);
          if (entry) there.push(`${entry.mode} ${entry.id}\t${path}\0`);
          else gone.push(`0 ${"0".repeat(40)}\t${path}\0`);
        }
      }
      const input = Buffer.from([...gone, ...there].join(""), "latin1");
      if (input.length > 0) await runGit(["update-index", "--add", "--replace", "-z", "--index-info"], { ...run, input });
      return await gitLine(["write-tree"], run);
    } finally {
      await rm(indexFile, { force: true });
    }
  });
}

const pathsPerArchive = 400;

/**
 * What has to be done to a directory that holds `from` so that it holds `to`: paths to remove, then archives to unpack
 * over it (tar, each whole). Paths in another encoding than UTF-8 stay as they are, in `skipped`.
 */
export async function packTreeChange(
  store: string,
  from: string,
  to: string,
): Promise<{ removed: string[]; archives: Buffer[]; skipped: number }> {
  const changes = await changedPaths(store, from, to);
  const asText = (raw: string) => Buffer.from(raw, "latin1").toString("utf8");
  const isText = (change: TreeChange) => Buffer.from(asText(change.rawPath), "utf8").equals(Buffer.from(change.rawPath, "latin1"));
  const usable = changes.filter(isText);
  const written = usable.filter((change) => change.id !== null).map((change) => asText(change.rawPath));
  const run: GitRun = {
    gitDir: store,
    cwd: store,
    timeoutMs: 120_000,
    maxOutputBytes: 1024 ** 3,
    isLarge: true,
    environment: { GIT_LITERAL_PATHSPECS: "1" },
    config: { "tar.umask": "0022" },
  };
  const archives: Buffer[] = [];
  for (let start = 0; start < written.length; start += pathsPerArchive) {
    archives.push(await runGit(["archive", "--format=tar", to, "--", ...written.slice(start, start + pathsPerArchive)], run));
  }
  const removed = usable.filter((change) => change.id === null).map((change) => asText(change.rawPath));
  return { removed, archives, skipped: changes.length - usable.length };
}

import { notFound } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { TreeEntry } from "./contract.ts";
import { GitError, runGit } from "./git.ts";
import { checkTreePath, type TreeSource, treeRun } from "./tree-source.ts";

/** The entries of one directory of a tree, directories first. NOT_FOUND when there is no such directory. */
export async function listTree(source: TreeSource, path: string): Promise<{ entries: TreeEntry[]; truncated: boolean }> {
  const directory = checkTreePath(path);
  try {
    const output = await runGit(["ls-tree", "-z", "-l", directory === "" ? source.tree : `${source.tree}:${directory}`], {
      ...treeRun(source),
      maxOutputBytes: 64 * 1024 * 1024,
    });
    const entries = parseTree(output, directory === "" ? "" : `${directory}/`);
    entries.sort((a, b) => Number(b.kind === "directory") - Number(a.kind === "directory") || (a.name < b.name ? -1 : 1));
    return { entries: entries.slice(0, limits.repository.treeMaxEntries), truncated: entries.length > limits.repository.treeMaxEntries };
  } catch (error) {
    if (error instanceof GitError && error.reason === "exit") throw notFound("The directory");
    throw error;
  }
}

/** Parses `git ls-tree -z -l`. Names in another encoding than UTF-8 can be seen, not opened. */
export function parseTree(output: Buffer, prefix: string): TreeEntry[] {
  return output
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const match = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line);
      if (!match) return [];
      const [, mode = "", type = "", id = "", size = "-", name = ""] = match;
      const kind = type === "tree" ? "directory" : type === "commit" ? "submodule" : mode === "120000" ? "link" : "file";
      const sizeBytes = size === "-" ? null : Number(size);
      return [{ name, path: prefix + name, kind, id, executable: mode === "100755", sizeBytes } satisfies TreeEntry];
    });
}

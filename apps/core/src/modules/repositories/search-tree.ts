import { limits } from "../../platform/limits.ts";
import type { TreeSearch } from "./contract.ts";
import { GitError, runGit } from "./git.ts";
import { type TreeSource, treeRun } from "./tree-source.ts";

const { searchMaxHits, searchLineMaxChars } = limits.repository;

/** Files of a tree whose path holds the text (letter case aside), and lines that hold it, `searchMaxHits` of each at most. */
export async function searchTree(source: TreeSource, text: string): Promise<TreeSearch> {
  const [names, lines] = await Promise.all([searchNames(source, text), searchLines(source, text)]);
  return { names: names.hits, lines: lines.hits, truncated: names.truncated || lines.truncated };
}

async function searchNames(source: TreeSource, text: string): Promise<{ hits: string[]; truncated: boolean }> {
  const output = await runGit(["ls-tree", "-r", "-z", "--name-only", source.tree], treeRun(source));
  const wanted = text.toLowerCase();
  const found = output
    .toString("utf8")
    .split("\0")
    .filter((path) => path.toLowerCase().includes(wanted));
  // What is named like it comes before what only lies below a directory of that name.
  const isNamed = (path: string) =>
    Number(
      path
        .slice(path.lastIndexOf("/") + 1)
        .toLowerCase()
        .includes(wanted),
    );
  found.sort((a, b) => isNamed(b) - isNamed(a) || a.length - b.length || (a < b ? -1 : 1));
  return { hits: found.slice(0, searchMaxHits), truncated: found.length > searchMaxHits };
}

async function searchLines(source: TreeSource, text: string): Promise<{ hits: TreeSearch["lines"]; truncated: boolean }> {
  const done = new AbortController();
  let rest = "";
  const hits: TreeSearch["lines"] = [];
  const take = (chunk: Buffer) => {
    const parts = (rest + chunk.toString("utf8")).split("\n");
    rest = (parts.pop() ?? "").slice(0, 1024 * 1024);
    for (const part of parts) {
      const hit = parseHit(part, source.tree);
      if (hit && hits.length <= searchMaxHits) hits.push(hit);
    }
    if (hits.length > searchMaxHits) done.abort();
  };
  const args = ["grep", "-I", "-n", "-z", "-i", "-F", "--no-color", "--no-textconv", "--no-recurse-submodules"];
  try {
    await runGit([...args, "-e", text, source.tree], {
      ...treeRun(source),
      timeoutMs: limits.repository.searchTimeoutMs,
      signal: done.signal,
      onStdout: take,
    });
  } catch (error) {
    const isOver = error instanceof GitError && (done.signal.aborted || error.reason === "timeout" || error.exitCode === 1);
    if (!isOver) throw error;
    return { hits: hits.slice(0, searchMaxHits), truncated: error.exitCode !== 1 };
  }
  return { hits: hits.slice(0, searchMaxHits), truncated: hits.length > searchMaxHits };
}

/** `<tree>:<path>NUL<line>NUL<text>`; a path with a line end in it is not found again, and left out. */
function parseHit(line: string, tree: string): TreeSearch["lines"][number] | null {
  const match = /^([0-9a-f]+):([^\0]+)\0(\d+)[\0:]([\s\S]*)$/.exec(line);
  if (!match || match[1] !== tree) return null;
  return { path: match[2] ?? "", line: Number(match[3]), text: (match[4] ?? "").slice(0, searchLineMaxChars) };
}

import type { FileContent, TreeEntry, TreeSearch } from "../../repositories/contract.ts";
import { listTree, readBlob, searchTree } from "../../repositories/index.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { sessionTree } from "./session-tree.ts";

/** One directory of the session's files as they are now, ignored ones left out; empty before the agent has begun. NOT_FOUND for a foreign session or no such directory. */
export async function listSessionFiles(key: SessionKey, path: string): Promise<{ entries: TreeEntry[]; truncated: boolean }> {
  const tree = await sessionTree(key);
  return tree ? listTree(tree, path) : { entries: [], truncated: false };
}

/** One of the session's files as it is now; null before the agent has begun. NOT_FOUND for a foreign session or no such file. */
export async function readSessionFile(key: SessionKey, path: string): Promise<FileContent | null> {
  const tree = await sessionTree(key);
  return tree && readBlob(tree, path);
}

/** Names and lines of the session's files that hold a text. */
export async function searchSessionFiles(key: SessionKey, text: string): Promise<TreeSearch> {
  const tree = await sessionTree(key);
  return tree ? searchTree(tree, text) : { names: [], lines: [], truncated: false };
}

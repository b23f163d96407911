import { stat } from "node:fs/promises";
import type { GitRun } from "./git.ts";

const maxKnown = 1_000;

/**
 * Which tree was written last from an index, so that a look at a work tree in which nothing has changed needs no git to
 * write it again. Known by the index file's identity: whoever else writes the index replaces the file.
 */
export class WrittenTrees {
  readonly #known = new Map<string, { readonly mark: string; readonly treeId: string }>();

  /** The tree, if the index still is the file that it was written from. */
  async find({ indexFile }: GitRun): Promise<string | null> {
    const known = indexFile === undefined ? undefined : this.#known.get(indexFile);
    return known && indexFile !== undefined && known.mark === (await markOf(indexFile)) ? known.treeId : null;
  }

  async note({ indexFile }: GitRun, treeId: string): Promise<void> {
    const mark = indexFile === undefined ? null : await markOf(indexFile);
    if (indexFile === undefined || mark === null) return;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(indexFile, { mark, treeId });
  }
}

async function markOf(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found && `${found.ino}-${found.size}-${found.mtimeNs}`;
}

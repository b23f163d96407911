import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { listBaseFiles, readBaseFile } from "../../repositories/index.ts";
import { wildcardMatches } from "../../tools/index.ts";
import type { ContextPiece, ContextProvider } from "./context-pieces.ts";

export interface TurnContextInput {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly baseCommit: string;
  readonly branch: string | null;
  /** paths and patterns of more files with instructions, from the project's configuration */
  readonly instructions: readonly string[];
}

// The first that is there speaks; both say the same in repositories that have both.
const fileNames = ["AGENTS.md", "CLAUDE.md"];
const maxFiles = 20;
const maxListed = 50_000;
// A commit does not change: what it says is read once.
const known = new Map<string, readonly ContextPiece[]>();
const maxKnown = 100;

/**
 * The repository's own instructions, as they stand in the commit that the session started from: what the agent, or a
 * change under work, writes into them does not speak to it.
 */
export const instructionsProvider: ContextProvider<TurnContextInput> = {
  source: "instructions",
  budgetBytes: limits.context.instructionsMaxBytes,
  async provide(input, budgetBytes): Promise<readonly ContextPiece[]> {
    const key = JSON.stringify([input.repositoryId, input.baseCommit, input.instructions]);
    const found = known.get(key);
    if (found) return found;
    const pieces = await readPieces(input, budgetBytes);
    if (known.size >= maxKnown) known.clear();
    known.set(key, pieces);
    return pieces;
  },
};

async function readPieces(input: TurnContextInput, budgetBytes: number): Promise<ContextPiece[]> {
  const pieces: ContextPiece[] = [];
  let left = budgetBytes;
  const add = async (path: string): Promise<boolean> => {
    const file = await readBaseFile({ ...input, commit: input.baseCommit, path, maxBytes: left });
    if (!file || file.text.trim() === "") return false;
    const note = file.truncated ? `\n[cut after ${left} bytes: read ${path} for the rest]` : "";
    const text = `Instructions of this repository (${path}):\n<instructions>\n${file.text.trim()}${note}\n</instructions>`;
    pieces.push({ source: "instructions", id: `${path}@${input.baseCommit}`, text, truncated: file.truncated });
    left -= Buffer.byteLength(file.text);
    return true;
  };
  for (const path of fileNames) if (await add(path)) break;
  for (const path of await namedFiles(input)) if (left > 0 && !pieces.some(({ id }) => id.startsWith(`${path}@`))) await add(path);
  return pieces;
}

/** The files that the project's configuration names, in its order. */
async function namedFiles({ instructions, ...input }: TurnContextInput): Promise<string[]> {
  if (instructions.length === 0) return [];
  const paths = (await listBaseFiles({ ...input, commit: input.baseCommit, maxFiles: maxListed })) ?? [];
  const found = instructions.flatMap((pattern) => {
    const plain = pattern.replace(/^\.\//, "");
    return paths.filter((path) => path === plain || (plain.includes("*") && wildcardMatches(plain.replaceAll("**/", "*"), path)));
  });
  return [...new Set(found)].slice(0, maxFiles);
}

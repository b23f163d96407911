import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { readBaseFile } from "../../repositories/index.ts";
import type { ContextPiece, ContextProvider } from "./context-pieces.ts";

export interface TurnContextInput {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly baseCommit: string;
}

// The first that is there speaks; both say the same in repositories that have both.
const fileNames = ["AGENTS.md", "CLAUDE.md"];

/**
 * The repository's own instructions, as they stand in the commit that the session started from: what the agent, or a
 * change under work, writes into them does not speak to it.
 */
export const instructionsProvider: ContextProvider<TurnContextInput> = {
  source: "instructions",
  budgetBytes: limits.context.instructionsMaxBytes,
  async provide(input, budgetBytes): Promise<ContextPiece[]> {
    for (const path of fileNames) {
      const file = await readBaseFile({ ...input, commit: input.baseCommit, path, maxBytes: budgetBytes });
      if (!file || file.text.trim() === "") continue;
      const note = file.truncated ? `\n[cut after ${budgetBytes} bytes: read ${path} for the rest]` : "";
      const text = `Instructions of this repository (${path}):\n<instructions>\n${file.text.trim()}${note}\n</instructions>`;
      return [{ source: "instructions", id: `${path}@${input.baseCommit}`, text, truncated: file.truncated }];
    }
    return [];
  },
};

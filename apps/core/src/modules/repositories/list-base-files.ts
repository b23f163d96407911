import { z } from "zod";
import { mirrorPath } from "./data-paths.ts";
import { GitError, runGit } from "./git.ts";
import { baseInput, mirrorCall } from "./mirror-machine.ts";

const inputSchema = baseInput.extend({
  under: z.array(z.string()).readonly().optional(),
  maxFiles: z.number().int(),
});

/**
 * Paths of the regular files of a commit, read from the mirror; below `under` when given, in git's order, `maxFiles` at
 * most. Null when the commit can't be read.
 */
export const listBaseFiles = mirrorCall("list-files", inputSchema, z.array(z.string()).nullable(), listHere);

async function listHere(request: z.output<typeof inputSchema>): Promise<string[] | null> {
  const { commit, under = [] } = request;
  try {
    const output = await runGit(["ls-tree", "-r", "-z", "--format=%(objectmode) %(path)", commit, "--", ...under], {
      gitDir: mirrorPath(request.repositoryId),
      environment: { GIT_LITERAL_PATHSPECS: "1" },
      maxOutputBytes: 32 * 1024 * 1024,
    });
    const entries = output.toString("utf8").split("\0");
    const files = entries.filter((entry) => entry.startsWith("100")).map((entry) => entry.slice(entry.indexOf(" ") + 1));
    return files.slice(0, request.maxFiles);
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

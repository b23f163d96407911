import { z } from "zod";
import { mirrorPath } from "./data-paths.ts";
import { GitError, runGit } from "./git.ts";
import { baseInput, mirrorCall } from "./mirror-machine.ts";

const inputSchema = baseInput.extend({ path: z.string(), maxBytes: z.number().int() });
const outputSchema = z.object({ text: z.string(), truncated: z.boolean() }).nullable();

/**
 * A file as it stands in a commit of the repository, read from the mirror, where no sandbox writes; null when the commit
 * has no such file. Text over `maxBytes` is cut at the end of a character and says so.
 */
export const readBaseFile = mirrorCall("read-file", inputSchema, outputSchema, readHere);

async function readHere(request: z.output<typeof inputSchema>): Promise<z.output<typeof outputSchema>> {
  const gitDir = mirrorPath(request.repositoryId);
  const name = `${request.commit}:${request.path}`;
  try {
    const bytes = await runGit(["cat-file", "blob", name], { gitDir, maxOutputBytes: 8 * 1024 * 1024 });
    const truncated = bytes.length > request.maxBytes;
    // A decoder that is told that more may come keeps half a character back.
    const text = new TextDecoder("utf-8").decode(bytes.subarray(0, request.maxBytes), { stream: truncated });
    return { text, truncated };
  } catch (error) {
    if (error instanceof GitError && (error.reason === "exit" || error.reason === "output")) return null;
    throw error;
  }
}

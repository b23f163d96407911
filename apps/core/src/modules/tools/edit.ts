import { z } from "zod";
import type { ToolResult } from "./contract.ts";
import { findMatches, fitReplacement, type Match, type MatchingWay } from "./edit-matching.ts";
import { isStale, rememberVersion } from "./file-versions.ts";
import { pathSubject } from "./path-subject.ts";
import { filePathSchema } from "./read.ts";
import { similarPaths } from "./similar-paths.ts";
import { staleFile } from "./stale-file.ts";
import { defineTool, failure, type ToolContext } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const maxFileBytes = 32 * 1024 * 1024;

const inputSchema = z.object({
  filePath: filePathSchema.describe("Path relative to the repository's root, or absolute below /workspace."),
  oldString: z
    .string()
    .max(1_000_000)
    .describe("The text to replace, exactly as in the file, with enough lines around it to be found once."),
  newString: z.string().max(1_000_000).describe("What to put there."),
  replaceAll: z.boolean().optional().describe("Replace every place where oldString stands."),
});

export const edit = defineTool({
  name: "edit",
  description:
    "Replaces a piece of a file. oldString must stand in the file once (or set replaceAll), so give some lines around it, without the line numbers that read shows. Read the file first. An empty oldString makes a new file.",
  inputSchema,
  readOnly: false,
  subject: ({ filePath }) => pathSubject("edit", [filePath]),
  async execute({ filePath, oldString, newString, replaceAll = false }, context) {
    const path = workspacePath(filePath);
    const done = await context.sandbox.journaledWrite?.(context.callId);
    if (done) return edited(path, 1, "exact", rememberVersion(context, path, done.mtimeMs));
    if (oldString === newString)
      return failure(path, "oldString and newString are the same, so there is nothing to do. Give the text as it should become.");
    const stat = await context.sandbox.stat(path);
    if (!stat) {
      if (oldString === "") return create(context, path, newString);
      const similar = await similarPaths(context.sandbox, path);
      return failure(
        path,
        `There is no file ${path}.${similar.length > 0 ? ` Did you mean ${similar.join(" or ")}?` : " Use glob to find it, or write to make it."}`,
      );
    }
    if (stat.kind !== "file") return failure(path, `${path} is no regular file (${stat.kind}), so it can't be edited.`);
    if (oldString === "")
      return failure(path, `${path} exists already. Give the text to replace as oldString, or use write to replace the whole file.`);
    if (isStale(context, path, stat.mtimeMs)) return staleFile(path);
    const file = await context.sandbox.readFile(path, { maxBytes: maxFileBytes });
    const text = decodeText(file.content);
    if (file.truncated || text === null)
      return failure(path, `${path} is ${file.truncated ? "too large" : "not UTF-8 text"}, so edit can't change it. Use bash.`);
    const { way, matches } = findMatches(text, oldString);
    const refusal = refuse(path, text, matches, replaceAll, oldString, newString);
    if (refusal) return refusal;
    const after = replaceMatches(text, matches, (found) => fitReplacement(found, oldString, newString, way));
    if (after === text) return failure(path, "The change would leave the file as it is. Look at it again with read.");
    const written = await context.sandbox.writeFile(context.callId, path, after);
    return edited(path, matches.length, way, rememberVersion(context, path, written.mtimeMs));
  },
});

async function create(context: ToolContext, path: string, content: string): Promise<ToolResult> {
  const stat = await context.sandbox.writeFile(context.callId, path, content);
  return { ...edited(path, 1, "exact", rememberVersion(context, path, stat.mtimeMs)), output: `Created ${path}.` };
}

function edited(path: string, replacements: number, way: MatchingWay, version: Readonly<Record<string, unknown>>): ToolResult {
  const places = replacements === 1 ? "" : ` in ${replacements} places`;
  const loosely = way === "exact" ? "" : ` (matched by ${way}: check the result if indentation or spacing matters)`;
  return {
    title: path,
    output: `Edited ${path}${places}${loosely}.`,
    exitCode: null,
    isError: false,
    metadata: { ...version, replacements, matching: way },
  };
}

function refuse(path: string, text: string, matches: readonly Match[], replaceAll: boolean, oldString: string, newString: string) {
  if (matches.length === 0) {
    const already = newString.length > 20 && text.includes(newString) ? " The file already holds newString: this change may be done." : "";
    const numbered = /^\s*\d+: /m.test(oldString) ? " Leave out the line numbers that read shows." : "";
    return failure(
      path,
      `oldString was not found in ${path}, so nothing was changed.${already}${numbered} Read the file again and copy the text exactly.`,
    );
  }
  if (matches.length === 1 || replaceAll) return null;
  const lines = matches.slice(0, 5).map((match) => text.slice(0, match.start).split("\n").length);
  return failure(
    path,
    `oldString stands in ${path} ${matches.length} times (lines ${lines.join(", ")}${matches.length > lines.length ? ", …" : ""}), so nothing was changed. Add lines around it until it is found once, or set replaceAll.`,
    { matches: matches.length },
  );
}

function replaceMatches(text: string, matches: readonly Match[], replacement: (found: string) => string): string {
  let result = "";
  let position = 0;
  for (const { start, end } of matches) {
    result += text.slice(position, start) + replacement(text.slice(start, end));
    position = end;
  }
  return result + text.slice(position);
}

/** Null when the bytes are not UTF-8: writing them back would damage the rest of the file. */
function decodeText(content: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

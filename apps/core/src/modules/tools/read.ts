import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import type { FileStat } from "../sandbox/contract.ts";
import type { ToolImage, ToolResult } from "./contract.ts";
import { rememberVersion } from "./file-versions.ts";
import { imageMime } from "./image-file.ts";
import { pathSubject } from "./path-subject.ts";
import { similarPaths } from "./similar-paths.ts";
import { defineTool, failure, type ToolContext } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const { readMaxLines, readMaxLineChars, maxOutputBytes, imageMaxBytes } = limits.tool;
const maxFileBytes = 32 * 1024 * 1024;

export const filePathSchema = z
  .string()
  .min(1, "Give the file's path.")
  .max(4_096)
  .refine((path) => !path.includes("\0"), "A path holds no NUL.");

const inputSchema = z.object({
  filePath: filePathSchema.describe("Path relative to the repository's root, or absolute below /workspace."),
  offset: z.number().int().min(1).optional().describe("First line to read, counted from 1."),
  limit: z.number().int().min(1).max(readMaxLines).optional().describe(`How many lines; ${readMaxLines} when left out.`),
});

export const read = defineTool({
  name: "read",
  description: `Reads a text file, or looks at a picture (PNG, JPEG, GIF, WebP). Lines come with their number ("12: text"), which is not part of the file. At most ${readMaxLines} lines and 50 KB a call; use offset and limit for more. Read a file before you edit it.`,
  inputSchema,
  readOnly: true,
  subject: ({ filePath }) => pathSubject("read", [filePath]),
  async execute({ filePath, offset = 1, limit = readMaxLines }, context) {
    const path = workspacePath(filePath);
    const stat = await context.sandbox.stat(path);
    if (!stat) {
      const similar = await similarPaths(context.sandbox, path);
      return failure(
        path,
        `There is no file ${path}.${similar.length > 0 ? ` Did you mean ${similar.join(" or ")}?` : " Use glob or list to find it."}`,
      );
    }
    if (stat.kind === "directory") return failure(path, `${path} is a directory. Use list to see what is in it.`);
    const file = await context.sandbox.readFile(path, { maxBytes: maxFileBytes });
    const buffer = Buffer.from(file.content);
    const mime = imageMime(file.content);
    if (mime !== null) return picture(context, path, { mime, buffer, stat: file.stat });
    if (buffer.subarray(0, 5).toString("latin1") === "%PDF-")
      return failure(path, `${path} is a PDF, which read can't show. Try bash with pdftotext, if it is there.`);
    if (buffer.subarray(0, 8_192).includes(0)) {
      return failure(
        path,
        `${path} is a binary file of ${file.stat.sizeBytes} bytes and can't be shown as text. Use bash (file, xxd, strings) to look into it.`,
      );
    }
    const page = numberLines(buffer.toString("utf8"), offset, limit);
    if (page === null) return failure(path, `${path} ends before line ${offset}. Give a smaller offset.`);
    const version = rememberVersion(context, path, file.stat.mtimeMs);
    const note = file.truncated ? `\n(The file is larger than ${maxFileBytes} bytes; only its beginning was looked at.)` : "";
    return {
      title: path,
      output: page.text + note,
      exitCode: null,
      isError: false,
      metadata: { ...version, lines: page.shown, totalLines: page.total, truncated: page.more || file.truncated },
    };
  },
});

function picture(context: ToolContext, path: string, file: { mime: ToolImage["mime"]; buffer: Buffer; stat: FileStat }): ToolResult {
  const { mime, buffer, stat } = file;
  if (stat.sizeBytes > imageMaxBytes)
    return failure(
      path,
      `${path} is a picture of ${stat.sizeBytes} bytes; at most ${imageMaxBytes} can be shown. Make a smaller copy of it first.`,
    );
  return {
    title: path,
    output: `${path} is a picture (${mime}, ${stat.sizeBytes} bytes). It is shown with this result to models that can see.`,
    exitCode: null,
    isError: false,
    metadata: { ...rememberVersion(context, path, stat.mtimeMs), mime },
    images: [{ mime, data: buffer.toString("base64") }],
  };
}

/** A page of lines with their numbers, within the limits; null when it would begin behind the end. */
function numberLines(content: string, offset: number, limit: number): { text: string; shown: number; total: number; more: boolean } | null {
  if (content === "") return offset === 1 ? { text: "(The file is empty.)", shown: 0, total: 0, more: false } : null;
  const lines = content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (offset > lines.length) return null;
  const shown: string[] = [];
  let bytes = 0;
  for (const [index, line] of lines.slice(offset - 1, offset - 1 + limit).entries()) {
    const text = `${offset + index}: ${line.length > readMaxLineChars ? `${line.slice(0, readMaxLineChars)}… (line cut, ${line.length} characters)` : line}`;
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > maxOutputBytes && shown.length > 0) break;
    shown.push(text);
  }
  const next = offset + shown.length;
  const more = next <= lines.length;
  const note = more ? `\n(Lines ${offset} to ${next - 1} of ${lines.length}. Read on with offset ${next}.)` : "";
  return { text: shown.join("\n") + note, shown: shown.length, total: lines.length, more };
}

import { z } from "zod";
import { isStale, rememberVersion } from "./file-versions.ts";
import { pathSubject } from "./path-subject.ts";
import { filePathSchema } from "./read.ts";
import { staleFile } from "./stale-file.ts";
import { defineTool, failure } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const maxContentChars = 5_000_000;

const inputSchema = z.object({
  filePath: filePathSchema.describe("Path relative to the repository's root, or absolute below /workspace."),
  content: z.string().max(maxContentChars, `At most ${maxContentChars} characters.`).describe("The file's whole new content."),
});

export const write = defineTool({
  name: "write",
  description:
    "Writes a whole file, replacing what is there; directories on the way are made. For a change within a file use edit: it is shorter and can't lose the rest.",
  inputSchema,
  readOnly: false,
  subject: ({ filePath }) => pathSubject("edit", [filePath]),
  async execute({ filePath, content }, context) {
    const path = workspacePath(filePath);
    const before = await context.sandbox.stat(path);
    if (before?.kind === "directory") return failure(path, `${path} is a directory. Give the path of a file.`);
    const done = await context.sandbox.journaledWrite?.(context.callId);
    if (!done && before && isStale(context, path, before.mtimeMs)) return staleFile(path);
    const stat = await context.sandbox.writeFile(context.callId, path, content);
    const lines = content === "" ? 0 : content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
    return {
      title: path,
      output: `${before ? "Replaced" : "Created"} ${path} (${lines} line${lines === 1 ? "" : "s"}).`,
      exitCode: null,
      isError: false,
      metadata: { ...rememberVersion(context, path, stat.mtimeMs), created: before === null, lines },
    };
  },
});

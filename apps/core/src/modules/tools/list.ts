import { z } from "zod";
import { pathSubject } from "./path-subject.ts";
import { defineTool } from "./tool.ts";

const maxEntries = 500;

const inputSchema = z.object({
  path: z.string().min(1).max(4_096).optional().describe("Directory; the repository's root when left out."),
});

export const list = defineTool({
  name: "list",
  description: `Lists a directory: directories end in "/". At most ${maxEntries} entries; use glob to look deeper.`,
  inputSchema,
  readOnly: true,
  subject: ({ path }) => pathSubject("list", [path ?? "."]),
  async execute({ path = "." }, context) {
    const entries = await context.sandbox.list(path, { maxEntries: maxEntries + 1 });
    const shown = entries
      .slice(0, maxEntries)
      .map((entry) => `${entry.path}${entry.kind === "directory" ? "/" : entry.kind === "symlink" ? "@" : ""}`);
    const more = entries.length > maxEntries;
    return {
      title: path,
      output:
        shown.length === 0
          ? `${path} is empty.`
          : shown.join("\n") + (more ? `\n(More than ${maxEntries} entries: list a directory below, or use glob.)` : ""),
      exitCode: null,
      isError: false,
      metadata: { entries: shown.length, truncated: more },
    };
  },
});

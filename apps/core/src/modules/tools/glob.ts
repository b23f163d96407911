import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import { pathSubject } from "./path-subject.ts";
import { defineTool } from "./tool.ts";

const { searchMaxHits } = limits.tool;

const inputSchema = z.object({
  pattern: z.string().min(1, "Give a glob pattern.").max(2_000).describe('Glob, e.g. "src/**/*.test.ts".'),
  path: z.string().min(1).max(4_096).optional().describe("Directory to search; the repository's root when left out."),
});

export const glob = defineTool({
  name: "glob",
  description: `Finds files by name pattern, leaving out ignored ones. At most ${searchMaxHits} paths.`,
  inputSchema,
  readOnly: true,
  subject: ({ pattern, path }) => {
    const where = pathSubject("glob", [path ?? "."]);
    return { permission: "glob", targets: [pattern], alwaysRule: pattern, ...(where.also ? { also: where.also } : {}) };
  },
  async execute({ pattern, path }, context) {
    const found = await context.sandbox.glob(pattern, { maxHits: searchMaxHits, ...(path === undefined ? {} : { path }) });
    const note = found.truncated ? `\n(More than ${searchMaxHits} files: make the pattern narrower or give path.)` : "";
    return {
      title: pattern,
      output: found.paths.length === 0 ? "No file fits. ** crosses directories, * does not." : found.paths.join("\n") + note,
      exitCode: null,
      isError: false,
      metadata: { matches: found.paths.length, truncated: found.truncated },
    };
  },
});

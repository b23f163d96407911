import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import { limitOutput } from "./limit-output.ts";
import { pathSubject } from "./path-subject.ts";
import { defineTool } from "./tool.ts";

const { searchMaxHits, readMaxLineChars } = limits.tool;

const inputSchema = z.object({
  pattern: z.string().min(1, "Give a regular expression.").max(2_000).describe("Regular expression."),
  path: z.string().min(1).max(4_096).optional().describe("Directory or file to search; the repository's root when left out."),
  include: z.string().min(1).max(500).optional().describe('Only files that fit this glob, e.g. "*.ts".'),
});

export const grep = defineTool({
  name: "grep",
  description: `Searches file contents by regular expression, leaving out ignored and binary files. Answers path, line number and line; at most ${searchMaxHits} hits.`,
  inputSchema,
  readOnly: true,
  subject: ({ pattern, path }) => {
    const where = pathSubject("grep", [path ?? "."]);
    return { permission: "grep", targets: [pattern], alwaysRule: pattern, ...(where.also ? { also: where.also } : {}) };
  },
  async execute({ pattern, path, include }, context) {
    const found = await context.sandbox.grep(pattern, {
      maxHits: searchMaxHits,
      ...(path === undefined ? {} : { path }),
      ...(include === undefined ? {} : { include }),
    });
    const lines = found.hits.map((hit) => `${hit.path}:${hit.line}: ${hit.text.slice(0, readMaxLineChars)}`);
    const limited = await limitOutput(context, lines.join("\n"));
    const note = found.truncated ? `\n(More than ${searchMaxHits} hits: make the pattern narrower, or give path or include.)` : "";
    return {
      title: pattern,
      output:
        lines.length === 0 ? "Nothing matches. Check the pattern (it is a regular expression), path and include." : limited.text + note,
      exitCode: null,
      isError: false,
      metadata: { matches: found.hits.length, truncated: found.truncated || limited.truncated, outputFile: limited.outputFile },
    };
  },
});

import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { z } from "zod";

export interface ToolFile {
  /** below the repository's root */
  readonly path: string;
  readonly line: number | null;
}

const number = z.number().int().positive().optional().catch(undefined);
const oneFile = z.object({ filePath: z.string().min(1), offset: number, line: number });
const patchInput = z.object({ patchText: z.string() });
const maxFiles = 12;

/** The files of the repository that a call read, changed or found, each once. */
export function toolFiles(part: Pick<ToolPart, "tool" | "state" | "input" | "output">): readonly ToolFile[] {
  const files = new Map<string, ToolFile>();
  for (const { path, line } of named(part)) {
    const clean = path.replace(/^\/workspace\//, "").replace(/^(\.\/)+/, "");
    const isInside = clean !== "" && !clean.startsWith("/") && !clean.endsWith("/") && !clean.split("/").includes("..");
    if (isInside && files.size < maxFiles && !files.has(clean)) files.set(clean, { path: clean, line });
  }
  return [...files.values()];
}

function named({ tool, state, input, output }: Pick<ToolPart, "tool" | "state" | "input" | "output">): readonly ToolFile[] {
  switch (tool) {
    case "read":
    case "edit":
    case "write":
    case "lsp": {
      const given = oneFile.safeParse(input);
      return given.success ? [{ path: given.data.filePath, line: given.data.offset ?? given.data.line ?? null }] : [];
    }
    case "apply_patch": {
      const given = patchInput.safeParse(input);
      const text = given.success ? given.data.patchText : "";
      // What was moved lies at its new place.
      const heads = text.matchAll(/^\*\*\* (?:Add|Update) File: (.+)\n(?:\*\*\* Move to: (.+))?/gm);
      return [...heads].map(([, path = "", moved]) => ({ path: (moved ?? path).trim(), line: null }));
    }
    case "grep":
      return lines(state, output).flatMap((line) => {
        const [, path, at] = /^([^\0:]+):(\d+): /.exec(line) ?? [];
        return path === undefined ? [] : [{ path, line: Number(at) }];
      });
    case "glob":
      return lines(state, output).flatMap((path) =>
        path.startsWith("(") || path.startsWith("No file fits.") ? [] : [{ path, line: null }],
      );
    case "list":
      return lines(state, output).flatMap((path) => (path.startsWith("(") || path.endsWith(" is empty.") ? [] : [{ path, line: null }]));
    default:
      return [];
  }
}

function lines(state: ToolPart["state"], output: string): readonly string[] {
  return state === "completed" ? output.split("\n").filter((line) => line !== "" && !line.endsWith("@")) : [];
}

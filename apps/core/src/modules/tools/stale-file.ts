import type { ToolResult } from "./contract.ts";
import { failure } from "./tool.ts";

/** The refusal of a change to a file that something else changed since the session last saw it. */
export function staleFile(path: string): ToolResult {
  return failure(
    path,
    `${path} has changed since you last read it, so nothing was written. Read it again, then repeat the change on what it holds now.`,
    {
      stale: true,
    },
  );
}

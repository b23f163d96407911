import { z } from "zod";
import type { ToolContext } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const versionSchema = z.object({ path: z.string(), mtimeMs: z.number() });
const fileVersionSchema = z.object({ fileVersion: versionSchema.optional(), fileVersions: z.array(versionSchema).optional() });

/** Remembers that the session has seen the file as it now is; what is returned belongs into the result's metadata. */
export function rememberVersion(context: ToolContext, path: string, mtimeMs: number): { fileVersion: { path: string; mtimeMs: number } } {
  const fileVersion = { path: workspacePath(path), mtimeMs };
  context.fileVersions?.set(fileVersion.path, mtimeMs);
  return { fileVersion };
}

/** True when the session saw the file and it was changed since by something else. Unknown files are not stale. */
export function isStale(context: ToolContext, path: string, mtimeMs: number): boolean {
  const seen = context.fileVersions?.get(workspacePath(path));
  return seen !== undefined && Math.abs(seen - mtimeMs) >= 1;
}

/** The versions that a session has seen, from the metadata of its tool results in order: what a restarted worker hands in. */
export function fileVersionsOf(metadata: Iterable<unknown>): Map<string, number> {
  const versions = new Map<string, number>();
  for (const entry of metadata) {
    const parsed = fileVersionSchema.safeParse(entry);
    if (!parsed.success) continue;
    const { fileVersion, fileVersions = [] } = parsed.data;
    for (const { path, mtimeMs } of fileVersion ? [fileVersion, ...fileVersions] : fileVersions) versions.set(path, mtimeMs);
  }
  return versions;
}

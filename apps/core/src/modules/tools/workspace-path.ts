import { posix } from "node:path";

/** Where a workspace is mounted in its sandbox. */
export const workspaceRoot = "/workspace";

/**
 * A path as rules name it: relative to the workspace ("." is its root), or absolute when it lies outside.
 * Only text: symbolic links are the sandbox's to refuse.
 */
export function workspacePath(path: string): string {
  const absolute = posix.resolve(workspaceRoot, path);
  if (absolute === workspaceRoot) return ".";
  return absolute.startsWith(`${workspaceRoot}/`) ? absolute.slice(workspaceRoot.length + 1) : absolute;
}

export function isOutsideWorkspace(path: string): boolean {
  return workspacePath(path).startsWith("/");
}

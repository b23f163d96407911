import { posix } from "node:path";
import type { PermissionSubject } from "./contract.ts";
import { suggestRule } from "./suggest-rule.ts";
import { workspacePath } from "./workspace-path.ts";

/** What a call on files touches: the paths themselves, and each directory outside the workspace that they lie in. */
export function pathSubject(permission: string, paths: readonly string[]): PermissionSubject {
  const targets = paths.map(workspacePath);
  const outside = outsideSubject(targets);
  return {
    permission,
    targets,
    alwaysRule: suggestRule(permission, targets[0] ?? "*"),
    ...(outside ? { also: [outside] } : {}),
  };
}

/** The question about directories outside the workspace; null when all paths lie in it. */
export function outsideSubject(paths: readonly string[]): PermissionSubject | null {
  const directories = [...new Set(paths.map(workspacePath).filter((path) => path.startsWith("/")))].map((path) =>
    posix.join(posix.dirname(path), "*"),
  );
  const first = directories[0];
  return first === undefined ? null : { permission: "external_directory", targets: directories, alwaysRule: first };
}

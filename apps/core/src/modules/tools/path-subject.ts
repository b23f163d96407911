import { posix } from "node:path";
import type { PermissionSubject } from "./contract.ts";
import { suggestRule } from "./suggest-rule.ts";
import { workspacePath } from "./workspace-path.ts";

/** What a call on files touches: the paths themselves, and each directory outside the workspace that they lie in. */
export function pathSubject(permission: string, paths: readonly string[]): PermissionSubject {
  const targets = paths.map(workspacePath);
  const later = permission === "edit" ? targets.filter(runsLater) : [];
  const also = [outsideSubject(targets), ...later.map(runSubject)].filter((subject) => subject !== null);
  return {
    permission,
    targets,
    alwaysRule: suggestRule(permission, targets[0] ?? "*"),
    ...(also.length > 0 ? { also } : {}),
  };
}

const startFiles =
  /(^|\/)\.(bashrc|bash_profile|bash_aliases|profile|zshrc|zshenv|npmrc|yarnrc|yarnrc\.yml|pnpmfile\.cjs|envrc|gitconfig|curlrc|wgetrc|irbrc|gdbinit)$|(^|\/)(git\/config|bunfig\.toml|\.cargo\/config(\.toml)?|(site|user)customize\.py)$/;

/** Whether git, a shell, an interpreter or a package manager runs what the file says by itself the next time: hooks, start-up files, packages. */
export function runsLater(path: string): boolean {
  return /(^|\/)\.(git|husky)\/|(^|\/)(node_modules|\.?venv)\//.test(path) || startFiles.test(path);
}

/** Writing such a file is a way to run anything. */
const runSubject = (path: string): PermissionSubject => ({
  permission: "bash",
  targets: [],
  unjudgeable: [`(runs later) ${path}`],
  alwaysRule: "*",
});

/** The question about directories outside the workspace; null when all paths lie in it. */
export function outsideSubject(paths: readonly string[]): PermissionSubject | null {
  const directories = [...new Set(paths.map(workspacePath).filter((path) => path.startsWith("/")))].map((path) =>
    posix.join(posix.dirname(path), "*"),
  );
  const first = directories[0];
  return first === undefined ? null : { permission: "external_directory", targets: directories, alwaysRule: first };
}

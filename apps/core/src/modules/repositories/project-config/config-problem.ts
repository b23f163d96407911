/** Something in a repository's configuration that is not as it should be. */
export interface ConfigProblem {
  /**
   * `policy`: what the repository forbids can't be known, so that nothing may run; `error`: a section was left out;
   * `warning`: a key that means nothing here.
   */
  readonly severity: "policy" | "error" | "warning";
  readonly file: string;
  /** counted from 1 */
  readonly line: number;
  /** "permission.bash", "" for the whole file */
  readonly path: string;
  readonly message: string;
}

/** "opencode.jsonc:12: permission.bash: …" */
export function describeConfigProblem({ file, line, path, message }: ConfigProblem): string {
  return `${file}:${line}: ${path === "" ? "" : `${path}: `}${message}`;
}

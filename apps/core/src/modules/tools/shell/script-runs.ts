import { posix } from "node:path";
import type { ShellEffects } from "./shell-effects.ts";

/** A file or an entry of one that a command runs by its name; what it says is looked up where that is possible. */
export type ScriptRun =
  /** read by a shell, whatever its first line says */
  | { readonly kind: "shell"; readonly path: string }
  /** run by itself: by what its first line names, else by the shell */
  | { readonly kind: "direct"; readonly path: string }
  /** run by an interpreter that is no shell */
  | { readonly kind: "program"; readonly path: string }
  /** scripts of package.json */
  | { readonly kind: "package"; readonly names: readonly string[] }
  | {
      readonly kind: "make";
      readonly targets: readonly string[];
      readonly files: readonly (string | null)[];
      readonly inside: readonly (string | null)[];
    };

const managers: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "bun"]);
const installing = /^(i|ci|install|add|update|rebuild|link|pack|publish)$/;
const lifecycle = ["preinstall", "install", "postinstall", "prepare"];

/** The entries of package.json that a package manager's command runs; null for none. */
export function packageScripts(name: string, operands: readonly string[]): ScriptRun | null {
  if (!managers.has(name)) return null;
  const [first = "", second = ""] = operands;
  const isRun = first === "run" || first === "run-script";
  if (installing.test(first) || (name === "yarn" && first === "")) return { kind: "package", names: lifecycle };
  const entry = isRun ? second : first === "t" || first === "tst" ? "test" : first;
  return entry === "" ? null : { kind: "package", names: [`pre${entry}`, entry, `post${entry}`] };
}

// Written by installers in their hundreds; to write there by name is asked about when it is done.
const installed = /(^|\/)(node_modules|\.venv|venv)\//;

/** Where a script's file may lie, from wherever the command may stand. */
export function placesOfRun(path: string, { directories }: ShellEffects): string[] {
  if (installed.test(path)) return [];
  if (path.startsWith("/")) return [posix.normalize(path)];
  return [...directories].flatMap((directory) => (directory === null ? [] : [posix.resolve(directory, path)]));
}

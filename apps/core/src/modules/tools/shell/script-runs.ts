import { posix } from "node:path";
import type { ShellEffects } from "./shell-effects.ts";
import type { ShellWord } from "./shell-word.ts";

/** Directories of a command's options, seen from where it stands; null for one that is known only when it runs. */
type Inside = readonly (string | null)[];

/** A file or an entry of one that a command runs by its name; what it says is looked up where that is possible. */
export type ScriptRun =
  /** read by a shell, whatever its first line says */
  | { readonly kind: "shell"; readonly path: string }
  /** run by itself: by what its first line names, else by the shell */
  | { readonly kind: "direct"; readonly path: string }
  /** run by an interpreter that is no shell */
  | { readonly kind: "program"; readonly path: string }
  /** scripts of package.json, tasks of deno.json */
  | { readonly kind: "package"; readonly names: readonly string[]; readonly inside: Inside; readonly file?: string }
  | { readonly kind: "make"; readonly targets: readonly string[]; readonly files: Inside; readonly inside: Inside };

const managers: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "bun"]);
const lifecycle = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];
const installing =
  "add ci clean-install cit dedupe i ic in ins inst insta instal install install-ci-test install-clean install-test isnt it link ln rb rebuild up update upgrade";
// What npm runs besides the entry of that name.
const alsoRuns: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(installing.split(" ").map((name) => [name, lifecycle])),
  ...Object.fromEntries(
    ["cit", "install-ci-test", "install-test", "it"].map((name) => [name, [...lifecycle, "pretest", "test", "posttest"]]),
  ),
  ...Object.fromEntries(
    ["pack", "publish"].map((name) => [name, [...lifecycle, "prepack", "postpack", "prepublishOnly", "publish", "postpublish"]]),
  ),
  version: ["preversion", "version", "postversion"],
  restart: ["stop", "start"].flatMap((name) => [`pre${name}`, name, `post${name}`]),
};
const runWords: ReadonlySet<string> = new Set(["run", "run-script", "rum", "urn"]);
const directoryOption = /^(?:-C|--prefix|--dir|--cwd|-w|--workspace)(?:=(.*))?$/;

/** The entries of package.json that a package manager's command runs. */
export function packageRuns(name: string, rest: readonly ShellWord[]): ScriptRun[] {
  const task = name === "deno" && rest[0]?.text === "task" ? rest.slice(1).find((word) => !word.raw.startsWith("-"))?.text : null;
  if (task != null) return ["deno.json", "deno.jsonc"].map((file) => ({ kind: "package", names: [task], inside: [], file }));
  const ran = name === "node" ? rest.flatMap((word, at) => nodeRun(word, rest[at + 1])) : [];
  if (ran.length > 0) return [{ kind: "package", names: ran, inside: [] }];
  if (!managers.has(name)) return [];
  const inside = rest.flatMap((word, at) => {
    const match = directoryOption.exec(word.text ?? word.raw);
    if (!match) return [];
    return [match[1] === undefined ? (rest[at + 1]?.text ?? null) : word.text === null ? null : match[1]];
  });
  const operands = rest.filter((word) => !word.raw.startsWith("-")).map((word) => word.text ?? "");
  // Behind an option the first word may be its value.
  const readings = rest[0]?.raw.startsWith("-") ? [operands, operands.slice(1)] : [operands];
  const names = [...new Set(readings.flatMap((reading) => entries(name, reading)))];
  const local = operands
    .slice(1)
    .filter((operand) => /^(file:|\.{0,2}\/|\.{1,2}$)/.test(operand) && Object.hasOwn(alsoRuns, operands[0] ?? ""));
  return [
    ...(names.length > 0 ? [{ kind: "package" as const, names, inside }] : []),
    ...local.map((path) => ({ kind: "package" as const, names: lifecycle, inside: [path.replace(/^file:/, "")] })),
  ];
}

function nodeRun(word: ShellWord, next: ShellWord | undefined): string[] {
  if (word.text === "--run") return next?.text == null ? [] : [next.text];
  return word.text?.startsWith("--run=") ? [word.text.slice(6)] : [];
}

function entries(manager: string, [first = "", second = ""]: readonly string[]): string[] {
  if (first === "") return manager === "yarn" ? lifecycle : [];
  const entry = runWords.has(first) ? second : ["t", "tst"].includes(first) ? "test" : first;
  if (entry === "") return [];
  const also = runWords.has(first) ? [] : Object.hasOwn(alsoRuns, first) ? (alsoRuns[first] ?? []) : [];
  return [`pre${entry}`, entry, `post${entry}`, ...also];
}

// Written by installers in their hundreds; to write there by name is asked about when it is done.
const installed = /(^|\/)(node_modules|\.venv|venv)\//;

/** Where a script's file may lie, from wherever the command may stand; null where that is known only when it runs. */
export function placesOfRun(path: string, { directories }: ShellEffects, isLost: boolean): (string | null)[] {
  if (installed.test(path)) return [];
  if (path.startsWith("/")) return [posix.normalize(path)];
  const places = [...directories].flatMap((directory) => (directory === null ? [] : [posix.resolve(directory, path)]));
  return isLost ? [...places, null] : places;
}

/** The files that an interpreter takes for the one that it is told. */
export function programFiles(name: string, path: string): string[] {
  if (name.startsWith("py")) return /\.\w+$/.test(path) ? [path] : [path, posix.join(path, "__main__.py")];
  if (/\.([cm]?[jt]sx?|py|rb|pl|php|lua)$/.test(path) || !/^(node|nodejs|tsx|ts-node|bun|deno)$/.test(name)) return [path];
  return [path, `${path}.js`, `${path}.ts`, posix.join(path, "index.js"), posix.join(path, "index.ts")];
}

/** The files of a module of python and of the packages that it lies in, all of which are run. */
export function moduleFiles(module: string): string[] {
  const parts = module.split("/");
  const within = parts.flatMap((_, at) => {
    const path = parts.slice(0, at + 1).join("/");
    return [`${path}.py`, `${path}/__init__.py`];
  });
  return [...within, `${module}/__main__.py`];
}

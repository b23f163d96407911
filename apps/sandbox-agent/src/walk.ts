import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { globPattern } from "./glob-pattern.ts";

interface IgnoreRule {
  readonly pattern: RegExp;
  readonly negated: boolean;
  readonly directoryOnly: boolean;
}

const never = new Set([".git", "node_modules"]);
const maxDepth = 64;

/** Files below `base`, in order of their paths, without what the .gitignore files from `root` down name. Links are not followed. */
export function* walk(base: string, root: string): Generator<string> {
  const above: { directory: string; rules: IgnoreRule[] }[] = [];
  for (let directory = base; directory !== root && directory.startsWith(root); ) {
    directory = dirname(directory);
    above.unshift({ directory, rules: rulesIn(directory) });
  }
  yield* walkDirectory(base, base, above, 0);
}

function* walkDirectory(
  directory: string,
  base: string,
  above: readonly { directory: string; rules: IgnoreRule[] }[],
  depth: number,
): Generator<string> {
  if (depth > maxDepth) return;
  const layers = [...above, { directory, rules: rulesIn(directory) }];
  for (const entry of readEntries(directory)) {
    const path = join(directory, entry.name);
    if (never.has(entry.name) || ignored(path, entry.isDirectory(), layers)) continue;
    if (entry.isDirectory()) yield* walkDirectory(path, base, layers, depth + 1);
    else if (entry.isFile()) yield relative(base, path);
  }
}

function readEntries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // gone, or not ours to read
  }
}

function rulesIn(directory: string): IgnoreRule[] {
  let text: string;
  try {
    text = readFileSync(join(directory, ".gitignore"), "utf8");
  } catch {
    return [];
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap(parseRule);
}

/** A pattern with a slash before its end is bound to its .gitignore's directory; any other matches at every depth. */
function parseRule(line: string): IgnoreRule[] {
  const negated = line.startsWith("!");
  const body = negated ? line.slice(1) : line;
  const directoryOnly = body.endsWith("/");
  const bare = body.replace(/\/$/, "");
  try {
    const pattern = globPattern(bare.includes("/") ? bare.replace(/^\//, "") : `**/${bare}`);
    return [{ negated, directoryOnly, pattern }];
  } catch {
    return []; // git too passes over what is no pattern
  }
}

function ignored(path: string, isDirectory: boolean, layers: readonly { directory: string; rules: IgnoreRule[] }[]): boolean {
  let result = false;
  for (const { directory, rules } of layers) {
    const name = relative(directory, path);
    for (const rule of rules) {
      if (rule.directoryOnly && !isDirectory) continue;
      if (rule.pattern.test(name)) result = !rule.negated;
    }
  }
  return result;
}

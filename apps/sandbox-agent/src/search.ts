import { spawn } from "node:child_process";
import { closeSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { globPattern } from "./glob-pattern.ts";
import { LineSplitter } from "./line-splitter.ts";
import { namedPath, openConfined, type Roots, shown, shownPath } from "./paths.ts";
import { Refusal } from "./refusal.ts";
import { walk } from "./walk.ts";

const timeoutMs = 30_000;
const environment: Record<string, string> = { PATH: "/usr/bin:/bin" };
const maxLineChars = 2_000;
/** what ripgrep says beside its rows */
const binaryNotice = /\(found "\\0" byte around offset \d+\)$/;
/** of ripgrep's output: a path and the beginning of a line */
const maxRowBytes = 64 * 1024;
const maxSearchedFileBytes = 10 * 1024 * 1024;
const commonArguments = ["--no-config", "--hidden", "--no-require-git", "--no-follow", "--glob", "!.git", "--glob", "!node_modules"];

export interface Tools {
  readonly roots: Roots;
  /** ripgrep's path, or null: then files are walked by ourselves */
  readonly ripgrep: string | null;
}

/** Paths from the workspace's root whose name below `path` matches; a pattern without a slash matches at any depth. */
export async function glob(tools: Tools, pattern: string, path: string, maxHits: number): Promise<{ paths: string[]; truncated: boolean }> {
  const base = directoryAt(tools.roots, path);
  const paths: string[] = [];
  let truncated = false;
  const matches = matcher(pattern, base, tools.roots);
  for await (const file of files(tools, base)) {
    if (!matches(file)) continue;
    if (paths.length >= maxHits) {
      truncated = true;
      break;
    }
    paths.push(prefixed(tools.roots, base, file));
  }
  return { paths: paths.sort(), truncated };
}

function matcher(pattern: string, base: string, roots: Roots): (file: string) => boolean {
  const fromRoot = pattern.startsWith(`${roots.workspace}/`) ? pattern.slice(roots.workspace.length + 1) : null;
  const below = fromRoot ?? pattern.replace(/^\.?\//, "");
  if (below.split("/").includes("..")) throw new Refusal("BAD_REQUEST", 'A pattern can\'t have ".." in it.');
  const anywhere = fromRoot === null && !below.includes("/") ? `**/${below}` : below;
  const expression = compileGlob(anywhere);
  const prefix = fromRoot === null ? "" : shownPath(roots, base) === "." ? "" : `${shownPath(roots, base)}/`;
  return (file) => expression.test(`${prefix}${file}`);
}

function compileGlob(glob: string): RegExp {
  try {
    return globPattern(glob);
  } catch {
    throw new Refusal("BAD_REQUEST", `"${shown(glob)}" is not a pattern for paths.`);
  }
}

/** Lines that match a regular expression (ripgrep's; without it JavaScript's), with their file and number. */
export async function grep(
  tools: Tools,
  input: { pattern: string; path: string; include: string | null; maxHits: number },
): Promise<{ hits: { path: string; line: number; text: string }[]; truncated: boolean }> {
  const absolute = namedPath(tools.roots, input.path);
  const opened = openConfined(tools.roots, input.path);
  if (!opened) throw new Refusal("NOT_FOUND", `There is no "${shown(input.path)}" in the workspace.`);
  closeSync(opened.descriptor);
  const isFile = opened.stats.isFile();
  const base = isFile ? null : absolute;
  const hits: { path: string; line: number; text: string }[] = [];
  const add = (file: string, line: number, text: string) => {
    const path = base === null ? shownPath(tools.roots, absolute) : prefixed(tools.roots, base, file);
    hits.push({ path, line, text: text.replace(/\r?\n?$/, "").slice(0, maxLineChars) });
    return hits.length > input.maxHits;
  };
  if (tools.ripgrep) await grepByRipgrep(tools.ripgrep, { ...input, absolute, isFile }, add);
  else await grepByWalk(tools, { ...input, base, absolute }, add);
  const truncated = hits.length > input.maxHits;
  return { hits: hits.slice(0, input.maxHits), truncated };
}

async function grepByRipgrep(
  ripgrep: string,
  input: { pattern: string; include: string | null; absolute: string; isFile: boolean },
  add: (file: string, line: number, text: string) => boolean,
): Promise<void> {
  const include = input.include === null ? [] : ["--glob", input.include];
  const scope = ["--max-filesize", String(maxSearchedFileBytes), "--sort", "path", ...include, ...commonArguments];
  const target = input.isFile ? input.absolute : "./";
  // Not as JSON, which names each of a line's matches: millions of them in a long line would be too much for the agent.
  const rows = ["--no-heading", "--with-filename", "--line-number", "--null", "--color", "never"];
  const shortened = ["--max-columns", String(maxLineChars), "--max-columns-preview"];
  const child = spawn(ripgrep, [...rows, ...shortened, ...scope, "--regexp", input.pattern, "--", target], {
    cwd: input.isFile ? "/" : input.absolute,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
  });
  const complaint = collect(child.stderr);
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(null));
  });
  let enough = false;
  for await (const { path, line, text } of matchesOf(child.stdout)) {
    enough = add(path.replace(/^\.\//, ""), line, text);
    if (enough) break;
  }
  if (enough) child.kill("SIGKILL");
  const code = await ended;
  if (!enough && code === 2 && (await complaint).includes("regex parse error")) {
    throw new Refusal("BAD_REQUEST", `"${shown(input.pattern)}" is not a regular expression: ${(await complaint).slice(0, 500).trim()}`);
  }
}

/** Rows of `path\0line:text`, of which the path may have line ends in it. */
async function* matchesOf(output: Readable): AsyncIterable<{ path: string; line: number; text: string }> {
  const splitter = new LineSplitter(maxRowBytes);
  let begun = "";
  for await (const chunk of output) {
    const rows = splitter.push(chunk);
    if (!rows) return;
    for (const row of rows) {
      const [, path, line, text] = /^([^\0]*)\0(\d+):(.*)$/s.exec(row) ?? [];
      if (path !== undefined && text !== undefined) yield { path: begun + path, line: Number(line), text };
      const isPath = path === undefined && !binaryNotice.test(row) && begun.length < maxRowBytes;
      begun = isPath ? `${begun}${row}\n` : "";
    }
  }
}

async function grepByWalk(
  tools: Tools,
  input: { pattern: string; include: string | null; base: string | null; absolute: string },
  add: (file: string, line: number, text: string) => boolean,
): Promise<void> {
  const expression = compile(input.pattern);
  const matches = input.include === null ? () => true : matcher(input.include, input.base ?? "", tools.roots);
  const candidates = input.base === null ? [""] : files(tools, input.base);
  for await (const file of candidates) {
    if (file !== "" && !matches(file)) continue;
    const path = file === "" ? input.absolute : join(input.base ?? "", file);
    if (statSync(path).size > maxSearchedFileBytes) continue;
    const content = readFileSync(path);
    if (content.subarray(0, 8_000).includes(0)) continue;
    const lines = content.toString("utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      if (expression.test(line.slice(0, 20_000)) && add(file, index + 1, line)) return;
    }
  }
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it does not parse";
    throw new Refusal("BAD_REQUEST", `"${shown(pattern)}" is not a regular expression: ${reason}`);
  }
}

/** Files below `base` as paths from it: what .gitignore names, .git and node_modules are left out. */
async function* files({ ripgrep, roots }: Tools, base: string): AsyncIterable<string> {
  if (!ripgrep) {
    yield* walk(base, roots.workspace);
    return;
  }
  const child = spawn(ripgrep, ["--files", "--null", "--sort", "path", ...commonArguments], {
    cwd: base,
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: timeoutMs,
  });
  child.once("error", () => undefined);
  try {
    let rest = "";
    child.stdout.setEncoding("utf8");
    for await (const chunk of child.stdout) {
      const names = `${rest}${chunk}`.split("\0");
      rest = names.pop() ?? "";
      yield* names;
    }
  } finally {
    child.kill("SIGKILL");
  }
}

function directoryAt(roots: Roots, path: string): string {
  const opened = openConfined(roots, path);
  if (!opened) throw new Refusal("NOT_FOUND", `There is no "${shown(path)}" in the workspace.`);
  closeSync(opened.descriptor);
  if (!opened.stats.isDirectory()) throw new Refusal("BAD_REQUEST", `"${shown(path)}" is not a directory.`);
  return namedPath(roots, path);
}

function prefixed(roots: Roots, base: string, file: string): string {
  const prefix = shownPath(roots, base);
  return prefix === "." ? file : `${prefix}/${file}`;
}

async function collect(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) if (text.length < 4_000) text += String(chunk);
  return text;
}

import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import type { ConfigProblem } from "./config-problem.ts";
import { isTooDeep, maxDepth } from "./nesting.ts";
import type { ConfigRule } from "./permission-section.ts";
import { foreignKeys, type ProjectConfig, type SectionName, sectionSchemas } from "./project-config-schema.ts";

/** `{file:p}`: the text of another file of the same commit, or why it was not read; null when there is none. */
export type ReadFile = (path: string) => Promise<{ readonly text: string; readonly problem: string | null } | null>;

interface Source {
  readonly file: string;
  readonly text: string;
  readonly problems: ConfigProblem[];
}

const maxFileReferences = 30;

/** Reads the text of one configuration file; the file's own mistakes become problems and never throw. */
export async function parseConfig(
  file: string,
  text: string,
  readFile: ReadFile,
): Promise<{ config: ProjectConfig; problems: ConfigProblem[] }> {
  const problems: ConfigProblem[] = [];
  const source: Source = { file, text, problems };
  const errors: ParseError[] = [];
  if (isTooDeep(text)) return { config: {}, problems: [problemAt(source, 0, "policy", "", `is nested more than ${maxDepth} levels deep`)] };
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true });
  for (const error of errors.slice(0, 5)) {
    problems.push(
      problemAt(source, error.offset, "policy", "", `is not valid JSON with comments (${spell(printParseErrorCode(error.error))})`),
    );
  }
  if (problems.length > 0 || !root) return { config: {}, problems };
  if (root.type !== "object") return { config: {}, problems: [problemAt(source, root.offset, "policy", "", "holds no object")] };
  const nul = findNul(root);
  if (nul)
    return { config: {}, problems: [problemAt(source, nul.offset, "policy", "", "holds a NUL character, which no name or text may")] };
  findDuplicates(root, [], source);
  await substitute(root, [], source, readFile);
  const sections = new Map<string, unknown>();
  for (const property of root.children ?? []) readSection(property, source, sections);
  return { config: toConfig(sections), problems };
}

function readSection(property: Node, source: Source, sections: Map<string, unknown>): void {
  const [keyNode, valueNode] = property.children ?? [];
  const key = String(keyNode?.value);
  if (!valueNode || foreignKeys.has(key)) return;
  if (!isSection(key)) {
    source.problems.push(problemAt(source, property.offset, "warning", key, "is no key that is known here; it has no effect"));
    return;
  }
  const parsed = sectionSchemas[key].safeParse(getNodeValue(valueNode));
  if (parsed.success) sections.set(key, parsed.data);
  else for (const issue of flatten(parsed.error.issues)) reportIssue(issue, [key], property.parent ?? property, source);
  // One bad entry of a list of named things does not take the others away; what rules are made of is whole or nothing.
  if (!parsed.success && ["agent", "command", "mcp"].includes(key)) sections.set(key, goodEntries(key as "agent", valueNode));
}

function goodEntries(key: "agent" | "command" | "mcp", node: Node): Record<string, unknown> {
  const good: Record<string, unknown> = {};
  for (const [name, value] of Object.entries((getNodeValue(node) as Record<string, unknown> | null) ?? {})) {
    const parsed = sectionSchemas[key].safeParse({ [name]: value });
    if (parsed.success) Object.assign(good, parsed.data);
  }
  return good;
}

function toConfig(sections: ReadonlyMap<string, unknown>): ProjectConfig {
  const { tools, permission, ...rest } = Object.fromEntries(sections) as { tools?: ConfigRule[]; permission?: ConfigRule[] };
  const rules = [...(tools ?? []), ...(permission ?? [])];
  return rules.length > 0 ? { ...rest, permission: rules } : rest;
}

const isSection = (key: string): key is SectionName => Object.hasOwn(sectionSchemas, key);

/** Whether a mistake there leaves it open what is forbidden. */
function touchesPolicy(path: readonly PropertyKey[]): boolean {
  if (path[0] === "permission" || path[0] === "tools") return true;
  return path[0] === "agent" && (path.length < 3 || path[2] === "permission" || path[2] === "tools");
}

type Issue = z.core.$ZodIssue;

/** Of a union's branches, the one that comes nearest: the one whose first complaint lies deepest. */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
    const depth = (branch: readonly Issue[]) => Math.max(...flatten(branch).map((inner) => inner.path.length));
    const nearest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    return flatten(nearest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

function reportIssue(issue: Issue, prefix: readonly string[], root: Node, source: Source): void {
  const path = [...prefix, ...issue.path];
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [null];
  for (const key of keys) {
    const full = key === null ? path : [...path, key];
    const severity = touchesPolicy(full) && !(key !== null && full[0] === "agent" && full.length > 2) ? "policy" : "error";
    const said = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    const message = key === null ? said : "is no key that is known here";
    source.problems.push(problemAt(source, offsetOf(root, full), severity, full.map(String).join("."), message));
  }
}

/** Where it stands, or the nearest thing around it that does. */
function offsetOf(root: Node, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const segments = path.slice(0, length).map((part) => (typeof part === "number" ? part : String(part)));
    const node = findNodeAtLocation(root, segments);
    if (node) return node.offset;
  }
  return root.offset;
}

function problemAt(
  { file, text }: Pick<Source, "file" | "text">,
  offset: number,
  severity: ConfigProblem["severity"],
  path: string,
  message: string,
): ConfigProblem {
  return { severity, file, line: text.slice(0, offset).split("\n").length, path, message };
}

/** No path, no argument of a process and no row can hold it. */
function findNul(node: Node): Node | null {
  if (typeof node.value === "string" && node.value.includes("\0")) return node;
  for (const child of node.children ?? []) {
    const found = findNul(child);
    if (found) return found;
  }
  return null;
}

/** Of two rules by the same name only one would be heard: nobody can say which was meant. */
function findDuplicates(node: Node, path: readonly string[], source: Source): void {
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    if (node.type !== "object") {
      findDuplicates(child, path, source);
      continue;
    }
    const [keyNode, value] = child.children ?? [];
    const key = String(keyNode?.value);
    const full = [...path, key];
    const isPolicy = touchesPolicy(full);
    if (seen.has(key))
      source.problems.push(problemAt(source, child.offset, isPolicy ? "policy" : "error", full.join("."), "is given twice"));
    if (key === "__proto__") source.problems.push(problemAt(source, child.offset, "policy", full.join("."), "can't be a name"));
    seen.add(key);
    if (value) findDuplicates(value, full, source);
  }
}

const reference = /\{(env|file):([^}]*)\}/g;

/** Puts the texts of `{file:…}` in; nothing of the server's environment ever gets out by `{env:…}`. Works on the parsed strings: a text can't become structure. */
async function substitute(root: Node, path: readonly string[], source: Source, readFile: ReadFile): Promise<void> {
  let count = 0;
  const visit = async (node: Node, at: readonly string[]): Promise<void> => {
    if (node.type === "property") {
      const [key, value] = node.children ?? [];
      if (typeof key?.value === "string" && touchesPolicy([...at, key.value]) && key.value.match(reference)) {
        source.problems.push(
          problemAt(source, key.offset, "policy", [...at, key.value].join("."), "can't be a name: nothing is put into names"),
        );
      }
      if (value) await visit(value, [...at, String(key?.value)]);
      return;
    }
    for (const child of node.children ?? []) await visit(child, at);
    if (node.type !== "string" || typeof node.value !== "string" || !node.value.includes("{")) return;
    let text = "";
    let end = 0;
    for (const match of node.value.matchAll(reference)) {
      const severity = touchesPolicy(at) ? "policy" : "error";
      const say = (message: string) => source.problems.push(problemAt(source, node.offset, severity, at.join("."), message));
      text += node.value.slice(end, match.index);
      end = match.index + match[0].length;
      const name = (match[2] ?? "").trim();
      if (match[1] === "env") {
        say(`asks for the environment variable ${name}: the server's environment is not the repository's; it was left empty`);
        continue;
      }
      if (++count > maxFileReferences) {
        say(`asks for the file ${name}: no more than ${maxFileReferences} are read; it was left empty`);
        continue;
      }
      const found = await readFile(name);
      if (!found) say(`asks for the file ${name}, which this commit does not hold`);
      else if (found.problem !== null) say(`asks for the file ${name}, which ${found.problem}`);
      else if (found.text.includes("\0")) say(`asks for the file ${name}, which is no text`);
      else text += found.text.trim();
    }
    Object.assign(node, { value: text + node.value.slice(end) });
  };
  await visit(root, path);
}

const spell = (code: string): string => code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** One place of an update: lines that stay (" "), go ("-") and come ("+"). */
export interface PatchHunk {
  /** what follows `@@`: a line above the place (a function's head); empty when there is none */
  readonly anchors: readonly string[];
  readonly lines: readonly { readonly mark: " " | "-" | "+"; readonly text: string }[];
  /** `*** End of File`: the place is the file's end */
  readonly atEnd: boolean;
}

export type FilePatch =
  | { readonly kind: "add"; readonly path: string; readonly content: string }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "update"; readonly path: string; readonly moveTo: string | null; readonly hunks: readonly PatchHunk[] };

/** What is wrong with a patch's text, for the model that wrote it. */
export class PatchSyntaxError extends Error {}

const begin = "*** Begin Patch";
const end = "*** End Patch";
const endOfFile = "*** End of File";
const heads = { add: "*** Add File: ", delete: "*** Delete File: ", update: "*** Update File: ", move: "*** Move to: " } as const;

interface Cursor {
  readonly lines: readonly string[];
  at: number;
}

/**
 * Reads a patch (`*** Begin Patch` … `*** End Patch`). Bears what models add around it: a heredoc, a code fence, CRLF.
 * Throws PatchSyntaxError that names the line.
 */
export function parsePatch(text: string): readonly FilePatch[] {
  const cursor: Cursor = { lines: unwrap(text), at: 0 };
  const patches: FilePatch[] = [];
  while (cursor.at < cursor.lines.length) {
    const line = cursor.lines[cursor.at] ?? "";
    if (line.trim() === "") cursor.at += 1;
    else patches.push(parseFile(cursor, line));
  }
  if (patches.length === 0) throw new PatchSyntaxError(`The patch changes nothing. Put "${heads.update}<path>" and its hunks in it.`);
  refuseTwice(patches);
  return patches;
}

function unwrap(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() === begin);
  const last = lines.findLastIndex((line) => line.trim() === end);
  if (first === -1) throw new PatchSyntaxError(`The patch must begin with the line "${begin}".`);
  if (last <= first) throw new PatchSyntaxError(`The patch must end with the line "${end}"; it may have been cut off.`);
  return lines.slice(first + 1, last);
}

function parseFile(cursor: Cursor, line: string): FilePatch {
  cursor.at += 1;
  if (line.startsWith(heads.add)) return { kind: "add", path: pathOf(line, heads.add), content: parseContent(cursor) };
  if (line.startsWith(heads.delete)) return { kind: "delete", path: pathOf(line, heads.delete) };
  if (line.startsWith(heads.update)) return parseUpdate(cursor, pathOf(line, heads.update));
  throw new PatchSyntaxError(
    `Line ${cursor.at + 1} of the patch ("${line.slice(0, 80)}") belongs to no file. Begin each file with "${heads.add}", "${heads.update}" or "${heads.delete}" and its path.`,
  );
}

function pathOf(line: string, head: string): string {
  const path = line.slice(head.length).trim();
  if (path === "" || path.includes("\0")) throw new PatchSyntaxError(`"${head.trim()}" needs a path behind it.`);
  return path;
}

const startsFile = (line: string) => Object.values(heads).some((head) => line.startsWith(head));

function parseContent(cursor: Cursor): string {
  const content: string[] = [];
  for (; cursor.at < cursor.lines.length; cursor.at += 1) {
    const line = cursor.lines[cursor.at] ?? "";
    if (startsFile(line)) break;
    if (line.startsWith("+")) content.push(line.slice(1));
    else if (line.trim() !== "")
      throw new PatchSyntaxError(`Line ${cursor.at + 2} of the patch: in an added file each line begins with "+".`);
  }
  return content.length === 0 ? "" : `${content.join("\n")}\n`;
}

function parseUpdate(cursor: Cursor, path: string): FilePatch {
  const next = cursor.lines[cursor.at] ?? "";
  const moveTo = next.startsWith(heads.move) ? pathOf(next, heads.move) : null;
  if (moveTo !== null) cursor.at += 1;
  const hunks: PatchHunk[] = [];
  while (cursor.at < cursor.lines.length && !startsFile(cursor.lines[cursor.at] ?? "")) {
    const hunk = parseHunk(cursor);
    if (hunk) hunks.push(hunk);
  }
  if (hunks.length === 0 && moveTo === null) throw new PatchSyntaxError(`The update of ${path} has no change in it.`);
  return { kind: "update", path, moveTo, hunks };
}

function parseHunk(cursor: Cursor): PatchHunk | null {
  const anchors: string[] = [];
  for (; cursor.lines[cursor.at]?.startsWith("@@"); cursor.at += 1) {
    const anchor = anchorOf(cursor.lines[cursor.at] ?? "");
    if (anchor !== "") anchors.push(anchor);
  }
  const lines: PatchHunk["lines"][number][] = [];
  let atEnd = false;
  for (; cursor.at < cursor.lines.length; cursor.at += 1) {
    const line = cursor.lines[cursor.at] ?? "";
    if (startsFile(line) || line.startsWith("@@")) break;
    if (line.trim() === endOfFile) {
      atEnd = true;
      cursor.at += 1;
      break;
    }
    const mark = line[0] ?? " ";
    // An empty line of context loses its blank on the way through many a model.
    if (line === "") lines.push({ mark: " ", text: "" });
    else if (mark === " " || mark === "+" || mark === "-") lines.push({ mark, text: line.slice(1) });
    else throw new PatchSyntaxError(`Line ${cursor.at + 2} of the patch ("${line.slice(0, 80)}") must begin with " ", "+" or "-".`);
  }
  while (lines.length > 0 && !atEnd && isLooseEnd(lines, cursor)) lines.pop();
  return lines.length === 0 && anchors.length === 0 ? null : { anchors, lines, atEnd };
}

/** A blank line between two files or hunks is nobody's context. */
function isLooseEnd(lines: readonly PatchHunk["lines"][number][], cursor: Cursor): boolean {
  const last = lines.at(-1);
  return last?.mark === " " && last.text === "" && cursor.lines[cursor.at - 1] === "";
}

/** `@@ function f() {` names a line above the place; numbers of a unified diff (`@@ -1,4 +1,5 @@`) say nothing here. */
function anchorOf(line: string): string {
  const text = line.slice(2).trim();
  const unified = /^-\d+(?:,\d+)? \+\d+(?:,\d+)? @@\s*(.*)$/.exec(text);
  return unified ? (unified[1] ?? "") : text.replace(/\s*@@$/, "");
}

function refuseTwice(patches: readonly FilePatch[]): void {
  const seen = new Set<string>();
  for (const path of patches.flatMap(pathsOf)) {
    if (seen.has(path)) throw new PatchSyntaxError(`${path} stands in the patch more than once. Put all its changes under one head.`);
    seen.add(path);
  }
}

/** Every path that a file's patch writes or removes. */
export function pathsOf(patch: FilePatch): readonly string[] {
  return patch.kind === "update" && patch.moveTo !== null && patch.moveTo !== patch.path ? [patch.path, patch.moveTo] : [patch.path];
}

import type { PatchHunk } from "./parse-patch.ts";

/** Why a hunk can't be placed, for the model that wrote it. */
export class HunkMismatch extends Error {}

const collapse = (text: string) => text.replace(/\s+/g, " ").trim();
// Quotes, dashes and blanks that models type in place of the file's own.
const plain = (text: string) =>
  collapse(text)
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019\u201a\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/g, " ");

/** How strictly lines are compared; the first way that finds the place decides. */
const ways: readonly ((line: string) => string)[] = [(line) => line, (line) => line.trimEnd(), (line) => line.trim(), plain];

/**
 * The text with all hunks in it, in their order. Lines are compared exactly, then without blanks at their end, then
 * trimmed, then with white space and typography levelled. What stays keeps the file's own words; line ends are kept.
 * Throws HunkMismatch when a place is not found, or when there is more than one.
 */
export function applyHunks(text: string, hunks: readonly PatchHunk[]): { readonly text: string; readonly loosely: boolean } {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  const endsWithEol = lines.length > 1 && lines.at(-1) === "";
  if (endsWithEol || text === "") lines.pop();
  let cursor = 0;
  let loosely = false;
  for (const [index, hunk] of hunks.entries()) {
    const name = hunks.length === 1 ? "The hunk" : `Hunk ${index + 1}`;
    const from = afterAnchors(lines, hunk.anchors, cursor, name);
    const place = findPlace(lines, hunk, from, { name, anchored: hunk.anchors.length > 0 });
    const replacement = fit(hunk, lines.slice(place.at, place.at + place.count));
    lines.splice(place.at, place.count, ...replacement);
    // The next hunk may begin with the lines that this one ended with.
    cursor = place.at + replacement.length - (hunk.lines.length - 1 - hunk.lines.findLastIndex(({ mark }) => mark !== " "));
    loosely ||= place.way > 0;
  }
  return { text: lines.length === 0 ? "" : lines.join(eol) + (endsWithEol || text === "" ? eol : ""), loosely };
}

function afterAnchors(lines: readonly string[], anchors: readonly string[], cursor: number, name: string): number {
  let from = cursor;
  for (const anchor of anchors) {
    const at = ways
      .map((way) => lines.findIndex((line, index) => index >= from && way(line) === way(anchor)))
      .find((found) => found !== -1);
    const part = at ?? lines.findIndex((line, index) => index >= from && line.includes(anchor));
    if (part === -1) throw new HunkMismatch(`${name}: no line "${anchor}" (its @@) was found${from > 0 ? ` below line ${from}` : ""}.`);
    from = part + 1;
  }
  return from;
}

interface Place {
  readonly at: number;
  readonly count: number;
  /** index into `ways` */
  readonly way: number;
}

function findPlace(
  lines: readonly string[],
  hunk: PatchHunk,
  from: number,
  { name, anchored }: { name: string; anchored: boolean },
): Place {
  const wanted = hunk.lines.filter(({ mark }) => mark !== "+").map(({ text }) => text);
  if (wanted.length === 0) return { at: anchored && !hunk.atEnd ? from : lines.length, count: 0, way: 0 };
  // The anchor itself is often repeated as the first line of context.
  const start = anchored ? Math.max(0, from - 1) : from;
  for (const [way, level] of ways.entries()) {
    const found = blocks(lines, wanted, start, level);
    const first = found[0];
    if (first === undefined) continue;
    if (hunk.atEnd) return { at: found.at(-1) ?? first, count: wanted.length, way };
    if (found.length === 1 || anchored) return { at: first, count: wanted.length, way };
    const numbers = found.slice(0, 5).map((at) => at + 1);
    throw new HunkMismatch(
      `${name} fits ${found.length} places (lines ${numbers.join(", ")}${found.length > 5 ? ", …" : ""}). Give more lines around it, or name a line above it behind @@.`,
    );
  }
  const text = wanted.find((line) => line.trim() !== "" && !lines.some((own) => plain(own) === plain(line)));
  const detail =
    text === undefined ? "its lines stand elsewhere, or in another order" : `the file has no line "${text.trim().slice(0, 160)}"`;
  throw new HunkMismatch(`${name} was not found${from > 0 ? ` below line ${from}` : ""}: ${detail}.`);
}

function blocks(lines: readonly string[], wanted: readonly string[], from: number, level: (line: string) => string): number[] {
  const goal = wanted.map(level);
  const found: number[] = [];
  for (let at = from; at + goal.length <= lines.length; at += 1) {
    if (goal.every((line, index) => level(lines[at + index] ?? "") === line)) found.push(at);
  }
  return found;
}

/** The new lines: what stays as the file has it, what comes with the file's indentation where the patch was written with another. */
function fit(hunk: PatchHunk, found: readonly string[]): string[] {
  const indent = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? "";
  const old = hunk.lines.filter(({ mark }) => mark !== "+");
  const index = old.findIndex(({ text }) => text.trim() !== "");
  const given = indent(old[index]?.text ?? "");
  const have = indent(found[index] ?? "");
  const shift = (line: string) => (given !== have && line.trim() !== "" && line.startsWith(given) ? have + line.slice(given.length) : line);
  let at = 0;
  return hunk.lines.flatMap(({ mark, text }) => {
    if (mark === "+") return [shift(text)];
    const own = found[at++] ?? text;
    return mark === " " ? [own] : [];
  });
}

/** A place in the file that an edit means: offsets of its first and behind its last character. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** How strictly a match was found; tried in this order, and the first way that finds something decides. */
export const matchingWays = ["exact", "line-trimmed", "anchored", "whitespace", "indentation"] as const;
export type MatchingWay = (typeof matchingWays)[number];

interface Line {
  readonly text: string;
  readonly start: number;
  /** without the line's end */
  readonly end: number;
}

function linesOf(content: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const raw of content.split("\n")) {
    const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    lines.push({ text, start, end: start + text.length });
    start += raw.length + 1;
  }
  return lines;
}

function exact(content: string, wanted: string): Match[] {
  const matches: Match[] = [];
  for (let at = content.indexOf(wanted); at !== -1; at = content.indexOf(wanted, at + wanted.length)) {
    matches.push({ start: at, end: at + wanted.length });
  }
  return matches;
}

/** Blocks of as many lines as wanted for which `same` holds of each pair of lines. */
function byLines(content: string, wanted: string, same: (line: string, wanted: string) => boolean): Match[] {
  const lines = linesOf(content);
  const goal = wantedLines(wanted);
  const matches: Match[] = [];
  if (goal.every((line) => line.trim() === "")) return matches;
  for (let at = 0; at + goal.length <= lines.length; at++) {
    if (!goal.every((line, index) => same(lines[at + index]?.text ?? "", line))) continue;
    const match = blockAt(lines, at, goal.length, wanted, content);
    if (match) matches.push(match);
    at += goal.length - 1;
  }
  return matches;
}

function wantedLines(wanted: string): string[] {
  const lines = wanted.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines;
}

/** A wanted text that ends with a line's end takes the block's last line's end along, so that none is doubled or lost. */
function blockAt(lines: readonly Line[], at: number, count: number, wanted: string, content: string): Match | null {
  const first = lines[at];
  const last = lines[at + count - 1];
  if (!first || !last) return null;
  const next = lines[at + count];
  const end = /\n$/.test(wanted) && wanted !== "\n" ? (next?.start ?? content.length) : last.end;
  return { start: first.start, end };
}

/** Same first and last line (trimmed), same number of lines, and most of what is between them alike. */
function anchored(content: string, wanted: string): Match[] {
  const lines = linesOf(content);
  const goal = wantedLines(wanted);
  const first = goal[0]?.trim() ?? "";
  const last = goal.at(-1)?.trim() ?? "";
  if (goal.length < 3 || first === "" || last === "") return [];
  const inner = goal.slice(1, -1).map((line) => line.trim());
  const matches: Match[] = [];
  for (let at = 0; at + goal.length <= lines.length; at++) {
    if (lines[at]?.text.trim() !== first || lines[at + goal.length - 1]?.text.trim() !== last) continue;
    const alike = inner.filter((line, index) => lines[at + 1 + index]?.text.trim() === line).length;
    if (alike * 2 < inner.length) continue;
    const match = blockAt(lines, at, goal.length, wanted, content);
    if (match) matches.push(match);
  }
  return matches;
}

const collapse = (text: string) => text.replace(/\s+/g, " ").trim();

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents, Number.POSITIVE_INFINITY);
  return lines.map((line) => (line.trim() === "" ? "" : line.slice(least).trimEnd())).join("\n");
}

/** The same lines, all moved to the left or to the right by as much. */
function indentation(content: string, wanted: string): Match[] {
  const lines = linesOf(content);
  const trimBlank = (block: readonly string[]) =>
    block.slice(
      block.findIndex((line) => line.trim() !== ""),
      block.findLastIndex((line) => line.trim() !== "") + 1,
    );
  const goal = trimBlank(wantedLines(wanted));
  if (goal.length === 0) return [];
  const wantedBlock = dedent(goal);
  const first = goal[0]?.trim();
  const matches: Match[] = [];
  for (let at = 0; at + goal.length <= lines.length; at++) {
    if (lines[at]?.text.trim() !== first) continue;
    if (dedent(lines.slice(at, at + goal.length).map((line) => line.text)) !== wantedBlock) continue;
    const match = blockAt(lines, at, goal.length, wanted, content);
    if (match) matches.push(match);
  }
  return matches;
}

const ways: Record<MatchingWay, (content: string, wanted: string) => Match[]> = {
  exact,
  "line-trimmed": (content, wanted) => byLines(content, wanted, (line, goal) => line.trim() === goal.trim()),
  anchored,
  whitespace: (content, wanted) => byLines(content, wanted, (line, goal) => collapse(line) === collapse(goal)),
  indentation,
};

/** Where `wanted` stands in `content`, by the strictest way that finds it at all; no match when none does. */
export function findMatches(content: string, wanted: string): { way: MatchingWay; matches: readonly Match[] } {
  for (const way of matchingWays) {
    const matches = ways[way](content, wanted);
    if (matches.length > 0) return { way, matches };
  }
  return { way: "exact", matches: [] };
}

/**
 * The new text as it fits the place: with the file's line ends, and moved by as much as the found block's indentation
 * differs from the wanted one's (a block matched loosely is usually written with another indentation).
 */
export function fitReplacement(found: string, wanted: string, replacement: string, way: MatchingWay): string {
  let fitted = replacement;
  if (way !== "exact") {
    const indentOf = (text: string) => /^[ \t]*/.exec(text.split("\n").find((line) => line.trim() !== "") ?? "")?.[0] ?? "";
    const have = indentOf(found);
    const given = indentOf(wanted);
    if (have !== given) {
      fitted = replacement
        .split("\n")
        .map((line) => (line.trim() === "" ? line : line.startsWith(given) ? have + line.slice(given.length) : line))
        .join("\n");
    }
  }
  return found.includes("\r\n") ? fitted.replace(/\r?\n/g, "\r\n") : fitted;
}

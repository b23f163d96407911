import { posix } from "node:path";
import { runsLater } from "../path-subject.ts";
import { isOutsideWorkspace } from "../workspace-path.ts";
import type { ShellEffects } from "./shell-effects.ts";
import type { ShellWord } from "./shell-word.ts";

/** Where commands are judged: what they add to, and how a script within them is looked into. */
export interface JudgeContext {
  readonly effects: ShellEffects;
  /** the script that the command is part of */
  readonly script: string;
  /** the directory of the script's file; null where it has none */
  readonly home: string | null;
  /** judges another command: what a wrapper runs */
  readonly judge: (words: readonly ShellWord[], context: JudgeContext) => void;
  /** judges a script that stands in a word: `sh -c`, `trap` */
  readonly nested: (script: string) => void;
  /** words that nobody knows yet are added to this command (`xargs`, `find -exec`) */
  readonly isOpen: boolean;
  /** by a command's node: words that stand behind its redirections (`env > x rm F`), where the grammar takes them for part of those */
  readonly lateWords: Map<number, readonly ShellWord[]>;
}

export const binDirectory = /^\/(usr\/(local\/)?)?s?bin\//;

/** A script file that is there already, not one that comes out of a pipe, an expansion, or this very command. */
export function isReadableScript(word: ShellWord | undefined, effects: ShellEffects): boolean {
  return (
    word?.text != null &&
    !word.isGlob &&
    word.text !== "-" &&
    // `0< file` is read as a word by the grammar.
    !/^\d+$/.test(word.text) &&
    !word.text.startsWith("/dev/") &&
    !word.text.startsWith("/proc/") &&
    !wasWritten(word.text, effects)
  );
}

/** Whether this very script wrote the file before: what it holds then, nobody has seen. */
export function wasWritten(path: string, { writes, trees, unknownWrites, directories }: ShellEffects): boolean {
  // It may be one of those that were written without a name: a download, an archive.
  return unknownWrites.length > 0 || wasNamed(path, { writes, trees, directories });
}

/** The same, but only for files that it has written by their name, or in a directory that it has named. */
export function wasNamed(path: string, { writes, trees, directories }: Pick<ShellEffects, "writes" | "trees" | "directories">): boolean {
  return [...directories].some((directory) => {
    const place = directory === null ? null : posix.resolve(directory, path);
    return place !== null && (writes.includes(place) || trees.some((tree) => `${place}/`.startsWith(`${tree}/`)));
  });
}

const harmlessDevices = /^\/dev\/(null|stdout|stderr|tty|fd\/\d+|zero|full)$/;

/** Files that are written, from wherever the script may stand. */
export function addFiles(words: readonly ShellWord[], context: JudgeContext): void {
  const { effects } = context;
  for (const word of words) {
    const { text } = word;
    if (text === "-" || (text !== null && harmlessDevices.test(text))) continue;
    if (text !== null && /^\/(dev|proc)\//.test(text)) effects.unjudgeable.push(word.raw);
    else addPlaces(word, context, { files: effects.writes, trees: effects.trees });
  }
}

/** Directories in which anything may be written. */
export function addTrees(words: readonly ShellWord[], context: JudgeContext): void {
  const { trees } = context.effects;
  for (const word of words) addPlaces(word, context, { files: trees, trees });
}

/** What is removed, or changed in its mode: files, or directories with all in them. */
export function addTouched(words: readonly ShellWord[], context: JudgeContext, kind: "touches" | "touchedTrees"): void {
  const { effects } = context;
  for (const word of words) addPlaces(word, context, { files: effects[kind], trees: effects.touchedTrees, isKept: true });
}

/** What gets another name in the workspace; what lies outside of it is the sandbox's to keep. */
export function addLinked(words: readonly ShellWord[], context: JudgeContext): void {
  const places: string[] = [];
  for (const word of words) addPlaces(word, context, { files: places, trees: places, isKept: true });
  const inside = places.filter((place) => !isOutsideWorkspace(place));
  // Through such a link files that run later are written by another name.
  context.effects.unjudgeable.push(...inside.filter((place) => /\/\.(git|husky)(\/|$)/.test(place)));
  context.effects.touches.push(...inside);
  context.effects.touchedTrees.push(...inside);
}

interface Lists {
  readonly files: string[];
  readonly trees: string[];
  /** no new content, so nothing that could run later */
  readonly isKept?: boolean;
}

function addPlaces(word: ShellWord, { effects, isOpen }: JudgeContext, { files, trees, isKept = false }: Lists): void {
  const { text } = word;
  const unknown = isKept ? effects.unknownTouches : effects.unknownWrites;
  if (text === null || /^~/.test(word.raw) || (isOpen && text.includes("{}"))) {
    unknown.push(word.raw);
    return;
  }
  const fixed = word.isGlob ? fixedPart(text) : text;
  const places = placesOf(fixed, effects);
  if (!fixed.startsWith("/") && effects.directories.has(null)) unknown.push(word.raw);
  if (!isKept && places.some((place) => runsLater(files === trees ? `${place}/` : place))) effects.unjudgeable.push(word.raw);
  (word.isGlob ? trees : files).push(...places);
}

/** Of file names that are only known when it runs: the directory up to the first of them. */
function fixedPart(glob: string): string {
  const segments = glob.split("/");
  const first = segments.findIndex((segment) => /[*?[(]/.test(segment));
  return segments.slice(0, Math.max(first, 0)).join("/") || (glob.startsWith("/") ? "/" : ".");
}

/** Where a path may lie; outside the workspace only when it does so from everywhere that the script may stand. */
function placesOf(path: string, { directories }: ShellEffects): string[] {
  if (path.startsWith("/")) return [posix.normalize(path)];
  const places = [...directories].flatMap((directory) => (directory === null ? [] : [posix.resolve(directory, path)]));
  const inside = places.filter((place) => !isOutsideWorkspace(place));
  return inside.length > 0 ? inside : places;
}

export function addReads(words: readonly ShellWord[], effects: ShellEffects): void {
  for (const word of words) if (word.text !== null && word.text !== "-" && !word.text.startsWith("/dev/")) effects.reads.push(word.text);
}

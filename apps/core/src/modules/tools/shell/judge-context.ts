import { posix } from "node:path";
import { runsLater } from "../path-subject.ts";
import { isOutsideWorkspace } from "../workspace-path.ts";
import type { ShellEffects } from "./shell-effects.ts";
import type { ShellWord } from "./shell-word.ts";

/** Where commands are judged: what they add to, and how a script within them is looked into. */
export interface JudgeContext {
  readonly effects: ShellEffects;
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
export function wasWritten(path: string, { writes, unknownWrites, directories }: ShellEffects): boolean {
  // It may be one of those that were written without a name: a download, an archive.
  if (unknownWrites.length > 0) return true;
  return [...directories].some((directory) => directory !== null && writes.includes(posix.resolve(directory, path)));
}

const harmlessDevices = /^\/dev\/(null|stdout|stderr|tty|fd\/\d+|zero|full)$/;

/** Files that are written, from wherever the script may stand. */
export function addFiles(words: readonly ShellWord[], { effects, isOpen }: JudgeContext): void {
  for (const word of words) {
    const { text } = word;
    if (text === null || word.isGlob || (isOpen && text.includes("{}"))) effects.unknownWrites.push(word.raw);
    else if (harmlessDevices.test(text) || text === "-") continue;
    else if (text.startsWith("/dev/") || text.startsWith("/proc/")) effects.unjudgeable.push(word.raw);
    else if (runsLater(text)) {
      effects.unjudgeable.push(word.raw);
      effects.writes.push(...placesOf(text, word.raw, effects));
    } else effects.writes.push(...placesOf(text, word.raw, effects));
  }
}

/** Where a path may lie; outside the workspace only when it does so from everywhere that the script may stand. */
function placesOf(path: string, raw: string, { directories, unknownWrites }: ShellEffects): string[] {
  if (path.startsWith("/")) return [posix.normalize(path)];
  if (directories.has(null)) unknownWrites.push(raw);
  const places = [...directories].flatMap((directory) => (directory === null ? [] : [posix.resolve(directory, path)]));
  const inside = places.filter((place) => !isOutsideWorkspace(place));
  return inside.length > 0 ? inside : places;
}

export function addReads(words: readonly ShellWord[], effects: ShellEffects): void {
  for (const word of words) if (word.text !== null && word.text !== "-" && !word.text.startsWith("/dev/")) effects.reads.push(word.text);
}

import { posix } from "node:path";
import { operandsOf, optionValues } from "./command-options.ts";
import type { FileEffects } from "./file-effects.ts";
import type { ShellWord } from "./shell-word.ts";

type Copied = Partial<FileEffects>;

/** From where to where: into the last operand, or the directory of `-t`; a link of one operand lies where the script stands. */
function ends(words: readonly ShellWord[]): { from: ShellWord[]; to: ShellWord[] } {
  const target = optionValues(words, "t", "--target-directory");
  const operands = operandsOf(words, ["-t", "-m", "-o", "-g", "-S", "--target-directory", "--mode", "--owner", "--group", "--suffix"]);
  if (target.length > 0) return { from: operands, to: target };
  const [only] = operands;
  if (operands.length < 2) return { from: operands, to: only ? [at(only, ".")] : [] };
  return { from: operands.slice(0, -1), to: operands.slice(-1) };
}

const at = (word: ShellWord, path: string): ShellWord => ({ raw: word.raw, text: path, isGlob: false });
const has = (words: readonly ShellWord[], option: RegExp) => words.slice(1).some((word) => option.test(word.text ?? word.raw));
// A file that is there already moves out of the way, under a name that the words tell.
const keepsOld = /^(-[a-zA-Z]*[bS]|--(b|su))/;

/** What is written into `to`: the file itself, or under its own name where that is a directory; null where the names are not known. */
function written(from: readonly ShellWord[], to: readonly ShellWord[]): ShellWord[] | null {
  const into = to.flatMap((place) =>
    from.map(({ text, isGlob }) => {
      if (text === null || isGlob || /(^|\/)\.{0,2}$/.test(text)) return null;
      // `host:file` is far away.
      const name = posix.basename(text).replace(/^[^:]*:/, "");
      return place.text === null ? place : at(place, posix.join(place.text, name));
    }),
  );
  return into.every((word) => word !== null) ? [...to, ...into] : null;
}

function copied(words: readonly ShellWord[], isTree: boolean): Copied {
  const { from, to } = ends(words);
  const names = written(from, to);
  const beside = has(words, keepsOld) ? to.map((place) => (place.text === null ? place : at(place, posix.dirname(place.text)))) : [];
  return { writes: names ?? to, trees: [...(isTree || names === null ? to : []), ...beside], reads: from };
}

export const copy = (words: readonly ShellWord[]): Copied => {
  const { from } = ends(words);
  const result = copied(words, has(words, /^(-[a-zA-Z]*[rRa]|--(a|r|pa))/));
  // `cp -l` and `cp -s` make links, by which the file itself is written later.
  return has(words, /^(-[a-zA-Z]*[ls]|--(l|sy))/) ? { ...result, linked: from } : result;
};

export const install = (words: readonly ShellWord[]): Copied => ({ ...copied(words, false), reads: [] });

/** What is moved may be a directory with anything in it, and is gone from where it was. */
export const move = (words: readonly ShellWord[]): Copied => {
  const { from } = ends(words);
  return { ...copied(words, true), reads: [], removes: from, touchedTrees: from };
};

/** A link is another name of what it points to: who writes to the one has written to the other. */
export const link = (words: readonly ShellWord[]): Copied => {
  const { from, to } = ends(words);
  // A symbolic one is read from the directory that it lies in.
  const seen = to.flatMap((place) =>
    from.flatMap((word) =>
      word.text === null || place.text === null || word.text.startsWith("/")
        ? []
        : [posix.join(posix.dirname(place.text), word.text), posix.join(place.text, word.text)].map((path) => at(word, path)),
    ),
  );
  return { ...copied(words, true), reads: [], linked: [...from, ...seen] };
};

export const synchronise = (words: readonly ShellWord[]): Copied => {
  const operands = operandsOf(words, ["-e", "-f", "-B", "-T", "--exclude", "--include", "--rsh", "--files-from", "--filter"]);
  const to = operands.slice(-1);
  const logs = ["--log-file", "--write-batch", "--only-write-batch"].flatMap((option) => optionValues(words, "", option));
  return {
    writes: [...to, ...logs],
    trees: operands.length > 1 ? to : [],
    removesUnknown: has(words, /^--(del|remove)/),
    touchedTrees: has(words, /^--remove/) ? operands.slice(0, -1) : [],
  };
};

export const copyFar = (words: readonly ShellWord[]): Copied => {
  const operands = operandsOf(words, ["-P", "-i", "-F", "-l", "-c", "-J"]);
  const to = operands.slice(-1);
  const names = written(operands.slice(0, -1), to);
  return { writes: names ?? to, trees: names === null || has(words, /^-\w*r/) ? to : [] };
};

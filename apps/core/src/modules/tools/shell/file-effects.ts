import { operandsOf, optionValues } from "./command-options.ts";
import { copy, copyFar, install, link, move, synchronise } from "./copying.ts";
import { rewrites } from "./rewriting-commands.ts";
import { sedCommand } from "./sed-command.ts";
import { joinWords, literalWord, type ShellWord } from "./shell-word.ts";

/** What a command does to files, as far as its words tell. */
export interface FileEffects {
  readonly writes: readonly ShellWord[];
  readonly reads: readonly ShellWord[];
  /** writes files that its words don't name */
  readonly writesUnknown: boolean;
  /** removes these: the same as `rm` of them */
  readonly removes: readonly ShellWord[];
  readonly removesUnknown: boolean;
  /** directories in which it writes files that its words don't name */
  readonly trees: readonly ShellWord[];
  /** what gets another mode or another name, or is a directory that is made or removed: alone, and with all in it */
  readonly touches: readonly ShellWord[];
  readonly touchedTrees: readonly ShellWord[];
  /** what gets another name besides, by which it can be written */
  readonly linked: readonly ShellWord[];
}

const nothing: FileEffects = {
  writes: [],
  reads: [],
  writesUnknown: false,
  removes: [],
  removesUnknown: false,
  trees: [],
  touches: [],
  touchedTrees: [],
  linked: [],
};

type Effect = (words: readonly ShellWord[]) => Partial<FileEffects>;

const readsOperands: Effect = (words) => ({ reads: operandsOf(words, ["-n", "-c", "-m", "-s", "-d", "-f", "-A", "-B", "-C"]) });
const readsAfterFirst: Effect = (words) => {
  const scripted = words.some((word) => /^(-e|-f|--regexp|--file|--expression)/.test(word.raw));
  return {
    reads: operandsOf(words, ["-e", "-f", "-m", "-A", "-B", "-C", "-F", "-v", "-g", "-t", "--include", "--exclude"]).slice(
      scripted ? 0 : 1,
    ),
  };
};
const removesOperands: Effect = (words) => ({ removes: operandsOf(words, ["-n", "-s", "-S"]) });
const writesOperands: Effect = (words) => ({ writes: operandsOf(words, ["-d", "-r", "-t", "-s"]) });
const writesUnknown: Effect = () => ({ writesUnknown: true });

const effects: Readonly<Record<string, Effect>> = {
  tee: writesOperands,
  touch: writesOperands,
  truncate: writesOperands,
  cp: copy,
  install,
  ln: link,
  link,
  mv: move,
  rsync: synchronise,
  scp: copyFar,
  rm: (words) => ({
    touches: operandsOf(words),
    touchedTrees: words.some((word) => /^(-\w*[rR]|--r)/.test(word.text ?? word.raw)) ? operandsOf(words) : [],
  }),
  dd: (words) => ({
    writes: words.flatMap((word) =>
      word.raw.startsWith("of=") ? [{ ...word, raw: word.raw.slice(3), text: word.text?.slice(3) ?? null }] : [],
    ),
  }),
  sort: (words) => ({ writes: optionValues(words, "o", "--output"), ...readsOperands(words) }),
  uniq: (words) => ({ writes: operandsOf(words, ["-f", "-s", "-w"]).slice(1) }),
  sed: (words) => {
    const { isInPlace, files } = sedCommand(words);
    return isInPlace ? { writes: files, writesUnknown: files.length === 0 } : { reads: files };
  },
  curl: (words) => ({
    writes: [
      ...optionValues(words, "o", "--output"),
      ...optionValues(words, "D", "--dump-header"),
      ...optionValues(words, "c", "--cookie-jar"),
      ...["--trace", "--trace-ascii", "--stderr", "--etag-save", "--libcurl", "--alt-svc", "--hsts"].flatMap((option) =>
        optionValues(words, "", option),
      ),
    ],
    writesUnknown: words.some((word) => /^(-[a-zA-Z]*[OJ]|--remote-n|--output-d)|%output\{/.test(word.raw)),
  }),
  wget: (words) => ({
    writes: [
      ...optionValues(words, "O", "--output-document"),
      ...optionValues(words, "o", "--output-file"),
      ...optionValues(words, "a", "--append-output"),
      ...optionValues(words, "", "--save-cookies"),
    ],
    writesUnknown: !words.some((word) => /^(-[a-z]*O|--output-document|--spider)/.test(word.raw)),
  }),
  tar: (words) => ({
    writesUnknown:
      /^-?[a-zA-Z]*x|^--(ext|ge)/.test(words[1]?.raw ?? "") || words.some((word) => /^(-[a-zA-Z]*x|--ext|--ge)/.test(word.raw)),
    writes: [
      ...(words.some((word, at) => /^-[a-zA-Z]*[cruA]|^--(c|ap|u|del)/.test(word.raw) || (at === 1 && /^[a-zA-Z]*[cruA]/.test(word.raw)))
        ? [...optionValues(words, "f", "--file"), ...clusterValue(words, "f")]
        : []),
      ...["--index-file", "--volno-file"].flatMap((option) => optionValues(words, "", option)),
      ...optionValues(words, "g", "--listed-incremental"),
      ...clusterValue(words, "g"),
    ],
    removesUnknown: words.some((word) => /^--(rem|rec|unl)/.test(word.raw)),
  }),
  ...Object.fromEntries(
    ["python", "python3"].map((name) => [
      name,
      (words: readonly ShellWord[]) => ({
        writes: words.some(({ text }) => /^(cProfile|profile|pickletools)$/.test(text ?? ""))
          ? [...optionValues(words, "o", "--output"), ...optionValues(words, "", "--outfile")]
          : [],
      }),
    ]),
  ),
  openssl: (words) => ({ writes: words.flatMap((word, at) => (word.text === "-out" ? words.slice(at + 1, at + 2) : [])) }),
  xxd: (words) => ({
    reads: operandsOf(words, ["-c", "-g", "-l", "-o", "-s", "-n", "-R"]).slice(0, 1),
    writes: operandsOf(words, ["-c", "-g", "-l", "-o", "-s", "-n", "-R"]).slice(1),
  }),
  ...Object.fromEntries(
    ["shuf", "tree", "gpg", "gpg2", "sdiff", "brotli", "readelf", "bison"].map((name) => [
      name,
      (words: readonly ShellWord[]) => ({ writes: optionValues(words, "o", "--output") }),
    ]),
  ),
  objcopy: (words) => ({ writes: operandsOf(words).slice(-1) }),
  strip: (words) => ({ writes: [...operandsOf(words), ...optionValues(words, "o", "--output-file")] }),
  ar: (words) => (/^-?\w*[rqdms]/.test(words[1]?.raw ?? "") ? { writes: words.slice(2, 3) } : {}),
  setfattr: (words) => ({ writes: operandsOf(words, ["-n", "-v", "-x"]) }),
  history: (words) =>
    words.some((word) => /^-[warn]/.test(word.raw)) ? { writes: operandsOf(words), writesUnknown: operandsOf(words).length === 0 } : {},
  fallocate: (words) => ({ writes: operandsOf(words, ["-l", "-o"]) }),
  sponge: writesOperands,
  iconv: (words) => ({ writes: optionValues(words, "o", "--output") }),
  ...Object.fromEntries(
    [
      "gcc",
      "g++",
      "cc",
      "c++",
      "clang",
      "clang++",
      "ld",
      "as",
      "go",
      "rustc",
      "nasm",
      "tcc",
      "ffmpeg",
      "pandoc",
      "dot",
      "flex",
      "protoc",
    ].map((name) => [
      name,
      (words: readonly ShellWord[]) => ({
        writes: [
          ...optionValues(words, "o", "--output"),
          ...(name === "ffmpeg" ? words.slice(-1) : [...optionValues(words, "", "-MF"), ...attachedTo(words, "-MF")]),
        ],
      }),
    ]),
  ),
  convert: (words) => ({ writes: operandsOf(words).slice(-1) }),
  magick: (words) => ({ writes: operandsOf(words).slice(-1) }),
  pg_dump: (words) => ({ writes: optionValues(words, "f", "--file") }),
  mysqldump: (words) => ({ writes: optionValues(words, "r", "--result-file") }),
  ...Object.fromEntries(
    ["chmod", "chown", "chgrp", "chattr"].map((name) => [
      name,
      (words: readonly ShellWord[]) => ({
        touches: operandsOf(words).slice(1),
        touchedTrees: words.some((word) => /^(-\w*R|--rec)/.test(word.raw)) ? operandsOf(words).slice(1) : [],
      }),
    ]),
  ),
  setfacl: (words) => ({ writes: operandsOf(words, ["-m", "-x", "-M", "-X"]) }),
  ...Object.fromEntries(
    ["mkdir", "mkfifo"].map((name) => [name, (words: readonly ShellWord[]) => ({ touches: operandsOf(words, ["-m"]) })]),
  ),
  mknod: (words) => ({ writes: operandsOf(words, ["-m"]).slice(0, 1) }),
  ...Object.fromEntries(
    ["dos2unix", "unix2dos", "indent", "black", "isort", "rustfmt", "autopep8", "javac"].map((name) => [name, writesUnknown]),
  ),
  gio: (words) => ({ removes: /^(trash|remove)$/.test(words[1]?.raw ?? "") ? words.slice(2) : [] }),
  "del-cli": removesOperands,
  compress: compressing,
  lz4: (words) =>
    words.some((word) => word.raw === "--rm") ? { removes: operandsOf(words), writesUnknown: true } : { writesUnknown: true },
  zstd: (words) =>
    words.some((word) => word.raw === "--rm") ? { removes: operandsOf(words), writesUnknown: true } : { writesUnknown: true },
  unlink: removesOperands,
  rmdir: removesOperands,
  shred: (words) => ({ ...removesOperands(words), writes: operandsOf(words, ["-n", "-s"]) }),
  srm: removesOperands,
  trash: removesOperands,
  "trash-put": removesOperands,
  rimraf: removesOperands,
  wipe: removesOperands,
  tmpreaper: removesOperands,
  zip: (words) => ({
    writesUnknown: true,
    removes: words.some((word) => /^(-[a-zA-Z]*m|--move$)/.test(word.raw)) ? operandsOf(words).slice(1) : [],
  }),
  del: removesOperands,
  gzip: compressing,
  bzip2: compressing,
  xz: compressing,
  lzma: compressing,
  gunzip: compressing,
  bunzip2: compressing,
  unxz: compressing,
  ...Object.fromEntries(
    ["rename", "rename.ul", "prename", "file-rename", "mmv"].map((name) => [name, () => ({ removesUnknown: true, writesUnknown: true })]),
  ),
  unzip: writesUnknown,
  patch: writesUnknown,
  split: writesUnknown,
  csplit: writesUnknown,
  cpio: writesUnknown,
  "7z": (words) => ({ writesUnknown: true, removesUnknown: words.some((word) => word.raw === "-sdel") }),
  ...Object.fromEntries(
    [
      "cat",
      "head",
      "tail",
      "less",
      "more",
      "nl",
      "tac",
      "bat",
      "od",
      "hexdump",
      "base64",
      "strings",
      "cut",
      "wc",
      "diff",
      "cmp",
      "paste",
      "column",
      "fold",
      "rev",
    ].map((name) => [name, readsOperands]),
  ),
  ...Object.fromEntries(["grep", "egrep", "fgrep", "rg", "jq", "yq"].map((name) => [name, readsAfterFirst])),
};

const attachedTo = (words: readonly ShellWord[], option: string): ShellWord[] =>
  words.flatMap((word) => (word.text?.startsWith(option) && word.text !== option ? [literalWord(word.text.slice(option.length))] : []));

/** A value of tar's first word, which is a cluster without a dash: the words behind it, in the order of its letters. */
function clusterValue(words: readonly ShellWord[], letter: string): ShellWord[] {
  const cluster = words[1]?.text ?? "";
  if (!/^[a-zA-Z]+$/.test(cluster)) return [];
  const at = [...cluster].filter((other) => "fbCTXgHKLNVIF".includes(other)).indexOf(letter);
  return at === -1 ? [] : words.slice(2 + at, 3 + at);
}

function compressing(words: readonly ShellWord[]): Partial<FileEffects> {
  const keeps = words.some((word) => /^-[a-zA-Z0-9]*[cklt]|^--(keep|stdout|list|test|to-stdout)/.test(word.raw));
  return keeps ? {} : { removes: operandsOf(words), writesUnknown: true };
}

export function fileEffects(name: string, words: readonly ShellWord[]): FileEffects {
  const effect = Object.hasOwn(effects, name) ? effects[name] : undefined;
  const known: FileEffects = effect ? { ...nothing, ...effect(words) } : nothing;
  return known.writesUnknown || !rewrites(name, words) ? known : { ...known, writesUnknown: true };
}

/** The name by which rules know a removal, however it is done. */
export function removalAlias({ removes, removesUnknown }: FileEffects): string[] {
  if (removes.length > 0) return [`rm ${joinWords(removes)}`];
  return removesUnknown ? ["rm"] : [];
}

import { optionValues, parseOptions } from "./command-options.ts";
import { joinWords, type ShellWord } from "./shell-word.ts";

const globalOptions = {
  flags: "pPv",
  values: "Cc",
  longFlags: [
    "--no-pager",
    "--paginate",
    "--bare",
    "--no-replace-objects",
    "--literal-pathspecs",
    "--no-optional-locks",
    "--version",
    "--help",
    "--html-path",
    "--icase-pathspecs",
  ],
  longValues: ["--namespace", "--work-tree", "--git-dir"],
} as const;

const known: ReadonlySet<string> = new Set(
  "add am annotate apply archive bisect blame branch bundle cat-file check-attr check-ignore checkout checkout-index cherry cherry-pick clean clone commit commit-tree config count-objects describe diff diff-files diff-index diff-tree fetch for-each-ref format-patch fsck gc grep hash-object help init log ls-files ls-remote ls-tree maintenance merge merge-base merge-file merge-tree mktree mv name-rev notes pack-refs prune pull push range-diff read-tree rebase reflog remote repack replace rerere reset restore rev-list rev-parse revert rm shortlog show show-branch show-ref sparse-checkout stash status stripspace submodule switch symbolic-ref tag unpack-objects update-index update-ref var verify-commit verify-pack verify-tag version whatchanged worktree write-tree".split(
    " ",
  ),
);

const rewritesFiles: ReadonlySet<string> = new Set([
  "am",
  "apply",
  "checkout",
  "cherry-pick",
  "merge",
  "pull",
  "rebase",
  "reset",
  "restore",
  "revert",
  "stash",
  "switch",
  "read-tree",
  "checkout-index",
  "clean",
  "rm",
  "mv",
  "sparse-checkout",
  "submodule",
  "worktree",
  "clone",
  "init",
  "merge-file",
  "bisect",
  "symbolic-ref",
  "rerere",
]);

const harmlessSetting =
  /^(user\.(name|email)|color\.|core\.(quotepath|autocrlf|filemode|ignorecase|longpaths)|advice\.|commit\.gpgsign|tag\.gpgsign|init\.defaultbranch|diff\.(renames|algorithm|context|colormoved|noprefix|mnemonicprefix)|log\.|status\.|merge\.conflictstyle|safe\.directory|pull\.(rebase|ff)|push\.default|column\.|grep\.(linenumber|patterntype))/i;

const launches = /^(-x|-u$|-O|-i$|ext::|-c$)/;
const longLaunches = [
  "--exec",
  "--upload-pack",
  "--receive-pack",
  "--extcmd",
  "--open-files-in-pager",
  "--ext-diff",
  "--textconv",
  "--interactive",
  "--template",
  "--config",
];
// Where the options above are ordinary ones.
const ordinary: Readonly<Record<string, RegExp>> = {
  add: /^-u$/,
  push: /^-u$/,
  stash: /^-u$/,
  status: /^-u$/,
  commit: /^(-u$|-i$|-c$|--interactive$)/,
  grep: /^-i$/,
  log: /^(-i$|-c$|--interactive$)/,
  diff: /^(-u$|-c$|-O|--textconv$)/,
  show: /^(-u$|-c$|--textconv$)/,
  branch: /^(-u$|-c$|-i$)/,
  clean: /^(-x|-i$)/,
  "cherry-pick": /^-x$/,
  switch: /^-c$/,
  checkout: /^-b$/,
  tag: /^-u$/,
  "ls-files": /^(-x|-u$|-i$|-c$)/,
  merge: /^$/,
  restore: /^$/,
};

// The same letters among others.
const clusters: Readonly<Record<string, RegExp>> = {
  rebase: /^-[^\W_sXCS]*x/,
  grep: /^-[^\WefABCm]*O/,
  clone: /^-[^\Wobj]*[cu]/,
};

export interface GitCommand {
  /** `git <subcommand> …`, without what stands before the subcommand */
  readonly canonical: string;
  readonly subcommand: string;
  readonly operands: readonly ShellWord[];
  readonly isJudgeable: boolean;
  readonly writesUnknown: boolean;
  /** those of `-C`, each seen from the one before */
  readonly directories: readonly ShellWord[];
  readonly writes: readonly ShellWord[];
  readonly trees: readonly ShellWord[];
  readonly removes: readonly ShellWord[] | null;
}

/** What `git` is told to do; null when its subcommand can't be made out. */
export function gitCommand(words: readonly ShellWord[]): GitCommand | null {
  const options = parseOptions(words, 1, globalOptions);
  const subcommand = options ? words[options.next]?.text : null;
  if (!options) return null;
  if (subcommand === undefined) {
    return {
      canonical: joinWords(words),
      subcommand: "",
      operands: [],
      isJudgeable: options.seen.size > 0 || words.length === 1,
      writesUnknown: false,
      directories: [],
      writes: [],
      trees: [],
      removes: null,
    };
  }
  if (subcommand === null) return null;
  const rest = words.slice(options.next + 1);
  const settings = settingsOf(words.slice(1, options.next));
  const operands = rest.filter((word) => !word.raw.startsWith("-"));
  return {
    canonical: joinWords([{ raw: "git", text: "git", isGlob: false }, ...words.slice(options.next)]),
    subcommand,
    operands,
    isJudgeable:
      known.has(subcommand) &&
      settings.every((setting) => setting !== null && harmlessSetting.test(setting)) &&
      !runsPrograms(subcommand, rest),
    writesUnknown: rewritesFiles.has(subcommand),
    directories: directoriesOf(words.slice(1, options.next)),
    writes: writtenBy(subcommand, words.slice(options.next), operands),
    trees: subcommand === "format-patch" ? optionValues(words.slice(options.next), "o", "--output-directory") : [],
    removes: removedBy(subcommand, rest, operands),
  };
}

/** Files that its words name. */
function writtenBy(subcommand: string, words: readonly ShellWord[], operands: readonly ShellWord[]): ShellWord[] {
  if (subcommand === "bundle") return operands[0]?.text === "create" ? operands.slice(1, 2) : [];
  if (subcommand === "config") return optionValues(words, "f", "--file");
  return subcommand === "grep" || subcommand === "format-patch" ? [] : optionValues(words, subcommand === "archive" ? "o" : "", "--output");
}

function directoriesOf(before: readonly ShellWord[]): ShellWord[] {
  return before.flatMap((word, at) => (word.text === "-C" ? before.slice(at + 1, at + 2) : []));
}

/** The settings given by `-c` before the subcommand. */
function settingsOf(before: readonly ShellWord[]): (string | null)[] {
  return before.flatMap((word, at) => {
    if (word.text === "-c") return [before[at + 1]?.text ?? null];
    return word.text?.startsWith("-c") ? [word.text.slice(2)] : [];
  });
}

/** What it removes: empty for files that it doesn't name, null for none. */
function removedBy(subcommand: string, rest: readonly ShellWord[], operands: readonly ShellWord[]): readonly ShellWord[] | null {
  const first = operands[0]?.raw ?? "";
  switch (subcommand) {
    case "rm":
    case "clean":
      return operands;
    case "mv":
      return operands.slice(0, -1);
    case "switch":
    case "checkout":
      return rest.some((word) => word.raw.startsWith("--orphan")) ? [] : null;
    case "restore":
      // A commit that nobody knows may hold nothing.
      return rest.some((word, at) => word.text === null && /^(--so|-s)/.test(`${word.raw}${rest[at - 1]?.raw ?? ""}`)) ? [] : null;
    case "stash":
      return first === "drop" || first === "clear" ? [] : null;
    case "sparse-checkout":
      return first === "set" || first === "init" ? [] : null;
    default:
      return null;
  }
}

function runsPrograms(subcommand: string, rest: readonly ShellWord[]): boolean {
  const first = rest.find((word) => !word.raw.startsWith("-"))?.text ?? "";
  if (subcommand === "bisect") return first === "run";
  if (subcommand === "submodule") return first === "foreach";
  if (subcommand === "config") return isSteeringConfig(rest);
  const exempt = ordinary[subcommand];
  const cluster = clusters[subcommand];
  if (cluster && rest.some((word) => cluster.test(word.text ?? word.raw))) return true;
  return rest.some((word) => {
    const text = word.text ?? word.raw;
    // Long options may be cut short where they stay clear.
    const name = text.replace(/=[\s\S]*$/, "");
    const long = name.length > 3 && name.startsWith("--") ? longLaunches.find((option) => option.startsWith(name)) : undefined;
    return (launches.test(text) || long !== undefined) && !exempt?.test(long ?? text);
  });
}

/** Reading is free; so is setting what starts no program. */
function isSteeringConfig(rest: readonly ShellWord[]): boolean {
  if (rest.some((word) => /^(--get|--list|-l$|--get-all|--get-regexp|--show-origin|list$|get$)/.test(word.raw))) return false;
  const operands = rest.filter((word) => !word.raw.startsWith("-") && !["set", "unset"].includes(word.raw));
  if (operands.length < 2) return rest.some((word) => /^(-e|--edit|edit)$/.test(word.raw));
  return !harmlessSetting.test(operands[0]?.text ?? "");
}

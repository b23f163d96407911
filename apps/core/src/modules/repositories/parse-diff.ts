import { limits } from "../../platform/limits.ts";
import type { Diff } from "./contract.ts";

type DiffFile = Diff["files"][number];

interface RawEntry {
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  readonly oldPath: string;
  readonly path: string;
}

export interface ListedFile {
  readonly file: Omit<DiffFile, "patch">;
  /** path as git has it, byte for byte (latin1) */
  readonly rawPath: string;
  readonly rawOldPath: string;
  /** how many sections of the patch belong to it: a file that became a symbolic link is deleted and added */
  readonly sections: number;
}

const utf8 = (latin1: string) => Buffer.from(latin1, "latin1").toString("utf8");

/** Parses `git diff-tree -r -M -z --raw --numstat`. */
export function parseDiffList(output: Buffer): ListedFile[] {
  const tokens = output.toString("latin1").split("\0");
  const entries: RawEntry[] = [];
  const counts = new Map<string, { additions: number; deletions: number; binary: boolean }>();
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index++] ?? "";
    if (token === "") continue;
    if (token.startsWith(":")) {
      const [oldMode = "", newMode = "", oldId = "", newId = "", status = ""] = token.slice(1).split(" ");
      const first = tokens[index++] ?? "";
      const path = /^[RC]/.test(status) ? (tokens[index++] ?? "") : first;
      entries.push({ status: status.slice(0, 1), oldMode, newMode, oldId, newId, oldPath: first, path });
      continue;
    }
    const [added = "", deleted = "", name = ""] = splitTabs(token);
    let path = name;
    if (path === "") {
      index++;
      path = tokens[index++] ?? "";
    }
    counts.set(path, { additions: Number(added) || 0, deletions: Number(deleted) || 0, binary: added === "-" });
  }
  return entries.map((entry) => {
    const count = counts.get(entry.path) ?? { additions: 0, deletions: 0, binary: false };
    const renamed = entry.status === "R";
    return {
      file: { path: utf8(entry.path), oldPath: renamed ? utf8(entry.oldPath) : null, status: statusOf(entry), ...count },
      rawPath: entry.path,
      rawOldPath: entry.oldPath,
      sections: entry.status === "T" ? 2 : 1,
    };
  });
}

/** A name may hold tabs: only the first two separate. */
function splitTabs(token: string): string[] {
  const first = token.indexOf("\t");
  const second = token.indexOf("\t", first + 1);
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

function statusOf(entry: RawEntry): DiffFile["status"] {
  switch (entry.status) {
    case "A":
    case "C":
      return "added";
    case "D":
      return "deleted";
    case "R":
      return "renamed";
    default:
      return entry.oldId === entry.newId ? "mode" : "modified";
  }
}

/**
 * The sections of a whole patch, one a file (two for a change of kind), in the order of the list. Only a line feed begins
 * a line: to a pattern's `^` other characters of a file's content would, too.
 */
export function splitPatch(patch: string): string[] {
  return patch === "" ? [] : patch.split(/(?<=\n)(?=diff --git )/);
}

/** The files of a diff, each with its own patch where it is text and not too long. `sections` counts as in the list. */
export function withPatches(files: readonly { file: Omit<DiffFile, "patch">; sections: number }[], patch: string): DiffFile[] {
  const parts = splitPatch(patch);
  let next = 0;
  return files.map(({ file, sections }) => {
    const own = parts.slice(next, next + sections).join("");
    next += sections;
    const isShown = !file.binary && own !== "" && Buffer.byteLength(own) <= limits.repository.diffFileMaxBytes;
    return { ...file, patch: isShown ? own : null };
  });
}

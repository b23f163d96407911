import { closeSync, fchmodSync, fstatSync, mkdirSync, opendirSync, openSync, readSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileStat } from "@opencode/core/modules/sandbox/contract.ts";
import {
  assertDeepestInside,
  lstatOrNull,
  namedPath,
  openConfined,
  openParent,
  type Roots,
  realPathOf,
  refusalFor,
  shown,
  shownPath,
  statOf,
} from "./paths.ts";
import { Refusal } from "./refusal.ts";

/** The first `maxBytes` of a regular file. */
export function readFile(roots: Roots, path: string, maxBytes: number): { content: Buffer; stat: FileStat; truncated: boolean } {
  refuseSpecial(roots, path);
  const opened = openConfined(roots, path);
  if (!opened) throw new Refusal("NOT_FOUND", `There is no "${shown(path)}" in the workspace.`);
  try {
    if (opened.stats.isDirectory()) throw new Refusal("BAD_REQUEST", `"${shown(path)}" is a directory.`);
    if (!opened.stats.isFile()) throw notAFile(path);
    const buffer = Buffer.allocUnsafe(Math.min(maxBytes, opened.stats.size) + 1);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(opened.descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    const content = buffer.subarray(0, Math.min(length, maxBytes));
    return { content, stat: statOf(opened.stats), truncated: content.length < Math.max(opened.stats.size, length) };
  } finally {
    closeSync(opened.descriptor);
  }
}

/** Creates the directories above, writes beside the target and renames: a reader sees the old file or the new one. */
export function writeFile(roots: Roots, path: string, content: Buffer): FileStat {
  const absolute = namedPath(roots, path, "write");
  assertDeepestInside(roots, absolute, path);
  try {
    mkdirSync(dirname(absolute), { recursive: true });
  } catch (error) {
    throw refusalFor(error, path);
  }
  const parent = openParent(roots, path);
  try {
    const { existing } = parent;
    if (existing?.isDirectory()) throw new Refusal("BAD_REQUEST", `"${shown(path)}" is a directory.`);
    if (existing?.isSymbolicLink()) return writeThroughLink(roots, path, content);
    if (existing && !existing.isFile()) throw notAFile(path);
    return replace(parent.target, content, existing ? existing.mode & 0o777 : 0o644);
  } catch (error) {
    throw refusalFor(error, path);
  } finally {
    closeSync(parent.descriptor);
  }
}

/** A link inside the workspace stays a link: the file that it names is replaced. */
function writeThroughLink(roots: Roots, path: string, content: Buffer): FileStat {
  const opened = openConfined(roots, path);
  if (!opened) throw new Refusal("BAD_REQUEST", `"${shown(path)}" is a link to something that doesn't exist.`);
  let real: string;
  try {
    if (!opened.stats.isFile()) throw notAFile(path);
    real = realPathOf(opened.descriptor);
  } finally {
    closeSync(opened.descriptor);
  }
  const parent = openParent(roots, real);
  try {
    if (parent.existing && !parent.existing.isFile()) throw notAFile(path);
    return replace(parent.target, content, parent.existing ? parent.existing.mode & 0o777 : 0o644);
  } finally {
    closeSync(parent.descriptor);
  }
}

function replace(target: string, content: Buffer, mode: number): FileStat {
  const temporary = join(dirname(target), `.opencode-${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    for (let offset = 0; offset < content.length; ) offset += writeSync(descriptor, content, offset);
    fchmodSync(descriptor, mode);
    renameSync(temporary, target);
    return statOf(fstatSync(descriptor));
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** What stands at a path (a link as a link), or null. */
export function stat(roots: Roots, path: string): FileStat | null {
  const absolute = namedPath(roots, path);
  if (absolute === roots.workspace || absolute === roots.outputs) {
    const stats = lstatOrNull(absolute);
    return stats && statOf(stats);
  }
  const above = openConfined(roots, dirname(absolute));
  if (!above) return null;
  try {
    const stats = lstatOrNull(join(`/proc/self/fd/${above.descriptor}`, absolute.slice(dirname(absolute).length + 1)));
    return stats && statOf(stats);
  } finally {
    closeSync(above.descriptor);
  }
}

/** The entries of one directory, sorted by name, as paths from the workspace's root. */
export function list(roots: Roots, path: string, maxEntries: number): { path: string; kind: FileStat["kind"] }[] {
  const opened = openConfined(roots, path);
  if (!opened) throw new Refusal("NOT_FOUND", `There is no "${shown(path)}" in the workspace.`);
  try {
    if (!opened.stats.isDirectory()) throw new Refusal("BAD_REQUEST", `"${shown(path)}" is not a directory.`);
    const prefix = shownPath(roots, namedPath(roots, path));
    const directory = opendirSync(`/proc/self/fd/${opened.descriptor}`);
    const entries: { path: string; kind: FileStat["kind"] }[] = [];
    try {
      for (let entry = directory.readSync(); entry && entries.length < maxEntries; entry = directory.readSync()) {
        const kind = entry.isFile() ? "file" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "symlink" : "other";
        entries.push({ path: prefix === "." ? entry.name : `${prefix}/${entry.name}`, kind });
      }
    } finally {
      directory.closeSync();
    }
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    closeSync(opened.descriptor);
  }
}

/** Opening a device may already do something; what is special is refused before. The check after opening catches a swap. */
function refuseSpecial(roots: Roots, path: string): void {
  const stats = lstatOrNull(namedPath(roots, path));
  if (stats && !stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) throw notAFile(path);
}

function notAFile(path: string): Refusal {
  return new Refusal("BAD_REQUEST", `"${shown(path)}" is not a file but a socket, a pipe or a device.`);
}

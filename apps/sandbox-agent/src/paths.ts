import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, relative } from "node:path";
import type { FileStat } from "@opencode/core/modules/sandbox/contract.ts";
import { errnoOf, Refusal } from "./refusal.ts";

/** The roots below which files may be named: the workspace, and for reading also the outputs that were too long. */
export interface Roots {
  readonly workspace: string;
  readonly outputs: string;
}

export function statOf(stats: Stats): FileStat {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : stats.isSymbolicLink() ? "symlink" : "other";
  return { kind, sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
}

/** The absolute path that a caller's path names, by its text alone. Refuses what leaves the workspace. */
export function namedPath(roots: Roots, path: string, use: "read" | "write" = "read"): string {
  if (path.includes("\0")) throw new Refusal("BAD_REQUEST", "A path can't hold a NUL character.");
  if (path.length > 4_096) throw new Refusal("BAD_REQUEST", "The path is longer than 4096 characters.");
  if (path.split("/").includes("..")) {
    throw new Refusal("BAD_REQUEST", `"${shown(path)}" has ".." in it. Name the file from the workspace's root, without "..".`);
  }
  const absolute = normalize(isAbsolute(path) ? path : join(roots.workspace, path)).replace(/(?<=.)\/+$/, "");
  if (within(absolute, roots.workspace) || (use === "read" && within(absolute, roots.outputs))) return absolute;
  throw new Refusal("BAD_REQUEST", `"${shown(path)}" is outside the workspace. Only files below ${roots.workspace} can be used.`);
}

/**
 * Opens what is there for reading and looks afterwards where it really is: a symlink that leaves the workspace is refused
 * also when it is swapped in between two looks. The caller closes the descriptor. null: nothing is there.
 */
export function openConfined(roots: Roots, path: string): { descriptor: number; stats: Stats } | null {
  const absolute = namedPath(roots, path);
  let descriptor: number;
  try {
    // Without blocking: opening a FIFO would wait for its other end.
    descriptor = openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw refusalFor(error, path);
  }
  try {
    const real = realPathOf(descriptor);
    if (!within(real, roots.workspace) && !within(real, roots.outputs)) throw leadsOut(path);
    return { descriptor, stats: fstatSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Opens the directory that a file to be written stands in, following what is there and refusing what leads out.
 * Work through the returned path: it stays in that very directory whatever is renamed meanwhile. The caller closes it.
 */
export function openParent(roots: Roots, path: string): { descriptor: number; target: string; existing: Stats | null } {
  const absolute = namedPath(roots, path, "write");
  if (absolute === roots.workspace) throw new Refusal("BAD_REQUEST", "This is the workspace's root, not a file.");
  let descriptor: number;
  try {
    descriptor = openSync(dirname(absolute), constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw refusalFor(error, path);
  }
  try {
    if (!within(realPathOf(descriptor), roots.workspace)) throw leadsOut(path);
    const target = `/proc/self/fd/${descriptor}/${basename(absolute)}`;
    return { descriptor, target, existing: lstatOrNull(target) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The real path of the deepest part of `absolute` that exists: creating the rest below it must not lead out. */
export function assertDeepestInside(roots: Roots, absolute: string, path: string): void {
  for (let current = dirname(absolute); ; current = dirname(current)) {
    try {
      if (!within(realpathSync(current), roots.workspace)) throw leadsOut(path);
      return;
    } catch (error) {
      if (error instanceof Refusal || (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR")) throw error;
      // A link to something that doesn't exist would be made by mkdir wherever it points.
      if (lstatOrNull(current)?.isSymbolicLink()) throw leadsOut(path);
    }
  }
}

export function lstatOrNull(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function realPathOf(descriptor: number): string {
  return readlinkSync(`/proc/self/fd/${descriptor}`);
}

/** As shown to the caller: relative to the workspace's root. */
export function shownPath(roots: Roots, absolute: string): string {
  return within(absolute, roots.workspace) ? relative(roots.workspace, absolute) || "." : absolute;
}

export function within(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

export function leadsOut(path: string): Refusal {
  return new Refusal("BAD_REQUEST", `"${shown(path)}" is a link that leads out of the workspace. It was not followed.`);
}

export function refusalFor(error: unknown, path: string): Refusal {
  switch (errnoOf(error)) {
    case "ENOENT":
      return new Refusal("NOT_FOUND", `There is no "${shown(path)}" in the workspace.`);
    case "ENOTDIR":
      return new Refusal("BAD_REQUEST", `A part of "${shown(path)}" is a file, not a directory.`);
    case "EISDIR":
      return new Refusal("BAD_REQUEST", `"${shown(path)}" is a directory.`);
    case "ELOOP":
      return new Refusal("BAD_REQUEST", `"${shown(path)}" is a link that leads in a circle.`);
    case "EACCES":
    case "EPERM":
      return new Refusal("BAD_REQUEST", `"${shown(path)}" can't be opened: its permissions forbid it.`);
    case "ENXIO":
    case "ENODEV":
      return new Refusal("BAD_REQUEST", `"${shown(path)}" is not a file but a socket, a pipe or a device.`);
    case "ENAMETOOLONG":
      return new Refusal("BAD_REQUEST", "A part of the path is longer than the file system allows.");
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new Refusal("PAYLOAD_TOO_LARGE", `There is no room left for "${shown(path)}".`);
    default:
      return error instanceof Refusal ? error : new Refusal("INTERNAL", `"${shown(path)}" failed: ${errnoOf(error) ?? "unknown error"}.`);
  }
}

export function shown(path: string): string {
  return JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path).slice(1, -1);
}

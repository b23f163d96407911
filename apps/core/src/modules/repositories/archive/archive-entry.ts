import type { Readable } from "node:stream";
import { AppError } from "../../../platform/errors.ts";

/** One thing in an archive, as it says of itself. */
export interface ArchiveEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "link" | "other";
  readonly executable: boolean;
  readonly sizeBytes: number;
  /** a link's goal */
  readonly goal: string | null;
  /** a file's content, to be read before the next entry is asked for */
  readonly content: AsyncIterable<Buffer> | Readable | null;
}

export const refuse = (message: string): AppError => new AppError("UNPROCESSABLE", message);
export const damaged = () => refuse("The archive is damaged or not complete. Make it again and upload it once more.");

/** Names that some file system takes for `.git`: letter case, ignorable characters, trailing dots, Windows' short names and streams. */
export function isDotGit(name: string): boolean {
  const plain = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .toLowerCase()
    .replace(/:.*$/, "")
    .replace(/[. ]+$/, "");
  return plain === ".git" || /^git~\d+$/.test(plain);
}

/** The parts of an entry's path; null for the root itself. Refuses what leads out. */
export function pathOf(raw: string): string[] | null {
  const path = raw.replaceAll("\\", "/");
  if (path.startsWith("/") || /^[A-Za-z]:\//.test(path) || path.includes("\0"))
    throw refuse(`The archive holds an absolute path: ${shown(raw)}. It was not taken.`);
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse(`The archive holds a path that leads out of it: ${shown(raw)}. It was not taken.`);
  if (parts.length > 100 || Buffer.byteLength(path) > 4_000)
    throw refuse("The archive holds a path that is too deep or too long. It was not taken.");
  return parts.length === 0 ? null : parts;
}

/** Refuses a link that leads out of the archive, from wherever it lies. */
export function checkGoal(parts: readonly string[], goal: string): void {
  const steps = goal.replaceAll("\\", "/");
  let depth = parts.length - 1;
  for (const step of steps.split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "" && step !== ".") depth += 1;
    if (depth < 0) break;
  }
  if (steps.startsWith("/") || /^[A-Za-z]:/.test(steps) || depth < 0 || goal === "" || goal.includes("\0"))
    throw refuse(`The archive holds a link that leads out of it: ${shown(parts.join("/"))}. It was not taken.`);
}

const shown = (path: string) => JSON.stringify(path.slice(0, 120));

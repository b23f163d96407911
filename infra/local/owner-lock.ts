import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface Owner {
  readonly pid: number;
  /** What tells this process from a later one with the same number. */
  readonly begun: string;
}

/** When a process began, in whatever form the system keeps it; null when there is no such process. */
function beginningOf(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may contain spaces; field 22 is the 20th after it. A zombie owns nothing any more.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? null : (fields[19] ?? null);
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}

function readOwner(file: string): { owner: Owner | null; content: string } | null {
  try {
    const content = readFileSync(file, "utf8");
    const [pid = "", begun = ""] = content.trim().split("\n");
    return { content, owner: begun ? { pid: Number(pid), begun } : null };
  } catch {
    return null;
  }
}

function isAlive(owner: Owner | null): boolean {
  return owner !== null && beginningOf(owner.pid) === owner.begun;
}

export interface OwnerLock {
  release(): void;
}

/**
 * Takes a lock file for this process. Answers the living owner's process number when there is one; a lock whose
 * process is gone (killed, or the machine restarted) is taken over.
 */
export function takeOwnerLock(file: string): { ok: true; lock: OwnerLock } | { ok: false; ownerPid: number } {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${process.pid}\n${beginningOf(process.pid) ?? "unknown"}\n`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (;;) {
      try {
        // A hard link appears whole or not at all, and fails when the name is taken.
        linkSync(draft, file);
        return { ok: true, lock: { release: () => releaseIfMine(file, mine) } };
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
      }
      const found = readOwner(file);
      if (found && isAlive(found.owner) && found.owner) return { ok: false, ownerPid: found.owner.pid };
      if (found) setAside(file, found.content);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a stale lock away; when another process has just taken it over, its lock is put back. */
function setAside(file: string, stale: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, file);
  } catch {
    // Somebody else set it aside first; the next attempt sees who owns it now.
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseIfMine(file: string, mine: string): void {
  if (readOwner(file)?.content === mine) rmSync(file, { force: true });
}

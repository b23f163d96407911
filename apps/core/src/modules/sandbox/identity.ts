import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chown } from "node:fs/promises";
import { promisify } from "node:util";
import type { SandboxPlace } from "./driver.ts";

const run = promisify(execFile);

/**
 * Whose processes and files a sandbox's are, seen from the host: as root each sandbox has a user of its own, so that neither
 * root nor another sandbox's files stand behind its "uid 1000"; an unprivileged worker can only lend its own.
 */
export type Identity = { readonly kind: "own"; readonly uid: number } | { readonly kind: "callers" };

const fullRange = { first: 1_000_000_000, count: 1_000_000_000 };
const containerRange = { first: 20_000, count: 40_000 };

/** The same sandbox always gets the same user. */
export function identityOf(sandboxId: string): Identity {
  if (process.getuid?.() !== 0) return { kind: "callers" };
  const { first, count } = everyUserExists() ? fullRange : containerRange;
  return { kind: "own", uid: first + (createHash("sha256").update(sandboxId).digest().readUInt32BE(0) % count) };
}

/** Inside a container with a user namespace only a part of the numbers can be used. */
function everyUserExists(): boolean {
  try {
    return /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8").trim());
  } catch {
    return false;
  }
}

/** The id from which a sandbox's user and control group are taken: its own, or that under which it was started ahead. */
export function seedOf(place: SandboxPlace): string {
  try {
    return readFileSync(place.seed, "utf8");
  } catch {
    return place.sandboxId;
  }
}

/** As root: gives the sandbox's directories to its user. Links are not followed; what its user has already stays untouched. */
export async function adoptPlace(place: SandboxPlace): Promise<void> {
  const identity = identityOf(seedOf(place));
  if (identity.kind !== "own") return;
  await run("chown", ownerArguments(identity.uid, [place.workspace, place.home]));
  await adoptDirectories(place, identity.uid);
}

/** What lies beside workspace and home, and holds no files of the worker's. */
export async function adoptDirectories(place: SandboxPlace, uid: number): Promise<void> {
  for (const directory of [place.control, place.outputs, place.root]) await chown(directory, uid, uid);
}

/** Of chown, for all that is root's below these directories. */
export function ownerArguments(uid: number, directories: readonly string[]): string[] {
  return ["--recursive", "--no-dereference", "--from=0:0", `${uid}:${uid}`, "--", ...directories];
}

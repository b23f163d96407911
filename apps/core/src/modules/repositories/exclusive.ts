import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { isProvablyDead, processIdentity } from "../../platform/process-identity.ts";
import { asDiskFull } from "./disk-full.ts";

// One a process, however often a bundler has made this module.
const holder = globalThis as { __opencodeExclusive?: Map<string, Promise<unknown>> };
holder.__opencodeExclusive ??= new Map();
const queues = holder.__opencodeExclusive;
const giveUpAfterMs = limits.repository.fetchTimeoutMs + 120_000;

/** `staleAfterMs`: of a lock that is not renewed, and of whose holder nothing can be known (another machine's, another container's) */
const usualTimes = { pollMs: 100, renewMs: 15_000, staleAfterMs: 120_000 };

/** Runs `work` while nobody else, in this process or another one that sees the same disk, works on `path`. */
export async function exclusive<T>(path: string, work: () => Promise<T>, times = usualTimes): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const turn = before.then(() => lockAndRun(path, work, times));
  const settled = turn.catch(() => undefined);
  queues.set(path, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(path) === settled) queues.delete(path);
  }
}

/*
 * A lock is a directory with one file in it: its name is this holding's own, its content says whose it is. Directory and
 * file appear at once, by a rename, which replaces an empty directory but no other. Whoever lets go of a lock or breaks it
 * removes the file by its name: nobody can so remove what has become somebody else's.
 */
async function lockAndRun<T>(path: string, work: () => Promise<T>, { pollMs, renewMs, staleAfterMs }: typeof usualTimes): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  const giveUpAt = performance.now() + giveUpAfterMs;
  let seen = "";
  // Looks, not a clock's time: of a machine that slept neither says anything about who held a lock meanwhile.
  let looks = 0;
  let held = await acquire(lock);
  while (held === null) {
    const owner = await ownerOf(lock);
    const state = owner ? `${owner.file} ${owner.renewedAt}` : "";
    looks = state === seen ? looks + 1 : 0;
    seen = state;
    if (owner && (isGone(owner.identity) || looks * pollMs > staleAfterMs)) await unlink(owner.file).catch(() => undefined);
    else if (performance.now() > giveUpAt)
      throw new AppError("UNAVAILABLE", "The repository is busy. Try again in a minute.", { retryAfterSeconds: 60 });
    else await delay(pollMs);
    held = await acquire(lock);
  }
  const own = held;
  const renewal = setInterval(() => void utimes(own, new Date(), new Date()).catch(() => undefined), renewMs);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await unlink(own).catch((err) => logger.warn({ err, path }, "repositories: a lock was lost while it was held"));
    // Not when somebody has it again already.
    await rmdir(lock).catch(() => undefined);
  }
}

/** The file that makes the lock ours; null while it is somebody's. */
async function acquire(lock: string): Promise<string | null> {
  if ((await ownerOf(lock)) !== null) return null;
  const name = randomUUID();
  const prepared = `${lock}.${name}`;
  try {
    await mkdir(prepared);
    await writeFile(join(prepared, name), ownIdentity());
    await rename(prepared, lock);
    return join(lock, name);
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    if (error instanceof Error && "code" in error && /^(ENOTEMPTY|EEXIST)$/.test(String(error.code))) return null;
    throw asDiskFull(error) ?? error;
  }
}

async function ownerOf(lock: string): Promise<{ file: string; identity: string; renewedAt: number } | null> {
  const [name] = await readdir(lock).catch(() => []);
  if (name === undefined) return null;
  const file = join(lock, name);
  const [made, identity] = await Promise.all([stat(file).catch(() => null), readFile(file, "utf8").catch(() => "")]);
  return made && { file, identity, renewedAt: made.mtimeMs };
}

/** Where the system doesn't tell processes apart for ever (macOS), by its number on this machine. */
const ownIdentity = () => processIdentity() ?? `${hostname()} ${process.pid}`;

/** Whether the holder is certainly gone. Our own process queues in memory: a lock of ours that stands here was left behind. */
function isGone(identity: string): boolean {
  if (identity === ownIdentity() || isProvablyDead(identity)) return true;
  const [host, pid] = identity.split(" ");
  if (processIdentity() !== null || host !== hostname() || !Number(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import { asDiskFull } from "./disk-full.ts";

// One a process, however often a bundler has made this module.
const holder = globalThis as { __opencodeExclusive?: Map<string, Promise<unknown>> };
holder.__opencodeExclusive ??= new Map();
const queues = holder.__opencodeExclusive;
const giveUpAfterMs = limits.repository.fetchTimeoutMs + 120_000;
const pollMs = 100;
const renewMs = 15_000;
/** of a lock that nobody renews: a crash's, although another process has its number by now */
const staleAfterMs = 8 * renewMs;

/** Runs `work` while nobody else, in this process or another one of this machine, works on `path`. */
export async function exclusive<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const turn = before.then(() => lockAndRun(path, work));
  const settled = turn.catch(() => undefined);
  queues.set(path, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(path) === settled) queues.delete(path);
  }
}

async function lockAndRun<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  const giveUpAt = performance.now() + giveUpAfterMs;
  while (!(await acquire(lock))) {
    if ((await isAbandoned(lock)) && (await breakLock(lock))) continue;
    if (performance.now() > giveUpAt)
      throw new AppError("UNAVAILABLE", "The repository is busy. Try again in a minute.", { retryAfterSeconds: 60 });
    await delay(pollMs);
  }
  const renewal = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), renewMs);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(lock, { recursive: true, force: true });
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw asDiskFull(error) ?? error;
  }
  try {
    await writeFile(join(lock, "pid"), String(process.pid));
  } catch (error) {
    await rm(lock, { recursive: true, force: true });
    throw asDiskFull(error) ?? error;
  }
  return true;
}

/** Of several that find a lock abandoned, one takes it away; the others would take away the lock of who came next. */
async function breakLock(lock: string): Promise<boolean> {
  const breaker = `${lock}.break`;
  try {
    await mkdir(breaker);
  } catch {
    const made = await stat(breaker).catch(() => null);
    if (made && Date.now() - made.mtimeMs > staleAfterMs) await rm(breaker, { recursive: true, force: true });
    return false;
  }
  try {
    if (await isAbandoned(lock)) await rm(lock, { recursive: true, force: true });
    return true;
  } finally {
    await rm(breaker, { recursive: true, force: true });
  }
}

/** A lock whose process is gone, or that nobody renews. */
async function isAbandoned(lock: string): Promise<boolean> {
  const made = await stat(lock).catch(() => null);
  if (!made) return false;
  const ageMs = Date.now() - made.mtimeMs;
  if (ageMs > staleAfterMs) return true;
  const pid = Number(await readFile(join(lock, "pid"), "utf8").catch(() => ""));
  // Between mkdir and the pid's writing lies a moment; a lock without one for longer is a crash's.
  if (!Number.isInteger(pid) || pid <= 0) return ageMs > 5_000;
  // Our own process queues in memory: a lock of ours that stands here was left by an earlier process of the same number.
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

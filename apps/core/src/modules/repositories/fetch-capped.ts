import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../../platform/limits.ts";
import { runGit } from "./git.ts";
import { removeHalfWritten } from "./half-written.ts";
import type { Remote } from "./remote.ts";

const watchMs = 1_000;

export interface CappedFetch {
  /** options beyond those that every fetch has */
  readonly options: readonly string[];
  /** what is fetched: branches and the like, or by `input` */
  readonly refs?: readonly string[];
  /** what is fetched, a line each, in place of `refs` */
  readonly input?: string;
  /** settings of the repository that is fetched from, where it has to have a name: `remote.<name>.…` */
  readonly name?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** of all the mirror's packs together */
  readonly maxBytes: number;
  readonly timeoutMs?: number;
  /** what git says when it is no use to go on */
  readonly giveUpOn?: RegExp;
}

/** Fetches into a mirror; false when more came than may come, or git said what `giveUpOn` fits: it is broken off then. */
export async function fetchCapped(mirror: string, remote: Remote, what: CappedFetch): Promise<boolean> {
  const stop = new AbortController();
  const watch = setInterval(() => {
    packBytes(mirror)
      .then((bytes) => bytes > what.maxBytes && stop.abort())
      .catch(() => undefined);
  }, watchMs);
  const always = ["--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"];
  const from = what.name ?? remote.address;
  const named = what.name === undefined ? {} : { [`remote.${what.name}.url`]: remote.address };
  try {
    await runGit(["fetch", ...always, ...what.options, from, ...(what.refs ?? [])], {
      ...remote.run,
      gitDir: mirror,
      cwd: mirror,
      config: { ...remote.run.config, ...named, ...what.config },
      signal: stop.signal,
      timeoutMs: what.timeoutMs ?? limits.repository.fetchTimeoutMs,
      ...(what.input === undefined ? {} : { input: what.input }),
      onStderr: (text) => {
        if (what.giveUpOn?.test(text)) stop.abort();
      },
    });
    return (await packBytes(mirror)) <= what.maxBytes;
  } catch (error) {
    await removeHalfWritten(mirror);
    if (!stop.signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(watch);
  }
}

/** Bytes of the object store's packs, those that are just arriving included. */
export async function packBytes(mirror: string): Promise<number> {
  const directory = join(mirror, "objects", "pack");
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name)).catch(() => null))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

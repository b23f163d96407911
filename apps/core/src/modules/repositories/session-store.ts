import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { SessionId } from "../../platform/ids.ts";
import { mirrorPath, snapshotPath } from "./data-paths.ts";
import { exclusive } from "./exclusive.ts";
import { type GitRun, runGit } from "./git.ts";
import { keepFile } from "./keep-file.ts";
import type { RepositoryKey } from "./repo.ts";

const recordSchema = z.object({ baseCommit: z.string().regex(/^[0-9a-f]{40,64}$/), branch: z.string() });
export type CheckoutRecord = z.infer<typeof recordSchema>;

const recordFile = "opencode-session.json";

/** Where tools put output that is too long for the model; no part of the work. */
export const excludedPaths = ["/.opencode/output/"] as const;

/** What the session was started from; null before its first checkout. */
export async function readCheckout(sessionId: SessionId): Promise<CheckoutRecord | null> {
  const text = await readFile(join(snapshotPath(sessionId), recordFile), "utf8").catch(() => null);
  return text === null ? null : recordSchema.parse(JSON.parse(text));
}

export async function writeCheckout(sessionId: SessionId, record: CheckoutRecord): Promise<void> {
  const file = join(snapshotPath(sessionId), recordFile);
  await writeFile(`${file}.new`, JSON.stringify(record));
  await rename(`${file}.new`, file);
}

/**
 * The session's private git directory, made when missing: own objects, own index, the mirror's objects to borrow from.
 * Everything that the host does with the session's work goes through it; the `.git` in the sandbox is never read.
 */
export async function openSessionStore({ repositoryId, sessionId }: RepositoryKey & { sessionId: SessionId }): Promise<string> {
  const store = snapshotPath(sessionId);
  if (!isWhole(store)) await exclusive(store, () => makeStore(store));
  await keepFile(join(store, "objects", "info", "alternates"), `${join(mirrorPath(repositoryId), "objects")}\n`);
  await borrowShallow(mirrorPath(repositoryId), store);
  return store;
}

/** What a snapshot is unpacked from must not be steered by what lies in it. */
const storeAttributes = "* -export-ignore -export-subst\n";

const isWhole = (store: string) => ["HEAD", "objects/info", "info/attributes"].every((name) => existsSync(join(store, name)));

async function makeStore(store: string): Promise<void> {
  if (isWhole(store)) return;
  await mkdir(join(store, "objects", "info"), { recursive: true, mode: 0o700 });
  await mkdir(join(store, "info"), { recursive: true });
  await writeFile(join(store, "info", "attributes"), storeAttributes);
  await writeFile(join(store, "info", "exclude"), `${excludedPaths.join("\n")}\n`);
  await runGit(["init", "--quiet", "--bare", store]);
}

/** Where a mirror's history is cut is where whoever borrows its objects must stop looking, too. */
export async function borrowShallow(from: string, to: string): Promise<void> {
  const cut = await readFile(join(from, "shallow"), "utf8").catch(() => null);
  if (cut !== null) await keepFile(join(to, "shallow"), cut);
}

/** How git looks at the session's files: the private git directory over the sandbox's directory. */
export function workTreeRun(store: string, directory: string): GitRun {
  return {
    gitDir: store,
    workTree: directory,
    cwd: directory,
    indexFile: join(store, "work.index"),
    timeoutMs: 120_000,
    config: {
      "core.bare": "false",
      "core.fileMode": "true",
      "core.symlinks": "true",
      "core.ignoreCase": "false",
      "core.autocrlf": "false",
      "core.safecrlf": "false",
      "core.trustctime": "false",
      "diff.ignoreSubmodules": "all",
    },
  };
}

/** Forgets a session's private git directory. */
export async function removeSessionStore(sessionId: SessionId): Promise<void> {
  await rm(snapshotPath(sessionId), { recursive: true, force: true });
}

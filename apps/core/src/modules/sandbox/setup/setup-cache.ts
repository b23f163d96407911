import { createHash, randomUUID } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { chmod, chown, copyFile, lstat, mkdir, open, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { z } from "zod";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { SandboxPlace } from "../driver.ts";

/** The file in a sandbox's home by which a setup's result comes and goes; packed and unpacked by the sandbox itself. */
export const archiveName = ".opencode-setup.tar";

const metaSchema = z.object({ madeAt: z.string(), log: z.string() });
type CachedSetup = z.infer<typeof metaSchema>;

const lockfiles =
  "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock uv.lock pdm.lock Pipfile.lock Cargo.lock go.sum go.work.sum Gemfile.lock composer.lock mix.lock gradle.lockfile packages.lock.json flake.lock";
/** What setup commands usually run by: two commits that differ in them don't share a result, so that one can't prepare it for the other. */
const manifests =
  "package.json pnpm-workspace.yaml .npmrc .yarnrc .yarnrc.yml pyproject.toml setup.py setup.cfg Pipfile Cargo.toml go.mod Gemfile composer.json mix.exs pom.xml build.gradle build.gradle.kts settings.gradle Makefile Taskfile.yml justfile .tool-versions .nvmrc .python-version";
const hashed = new Set(`${lockfiles} ${manifests}`.split(" "));
const isHashed = (name: string) => hashed.has(name) || /^requirements.*\.(txt|in)$/.test(name);
const skipped = new Set([".git", "node_modules", ".venv", "target", "vendor"]);
const most = { depth: 6, files: 2_000, fileBytes: 32 * 1024 ** 2 };

/** What a setup's result depends on: repository, image, commands, names of secrets, lockfiles, and the files by which the commands run. */
export async function setupKey(
  workspace: string,
  parts: { scope: string; image: string | null; commands: readonly string[]; secrets: readonly string[] },
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([1, process.arch, parts.scope, parts.image, parts.commands, parts.secrets]));
  const files = new Set([...(await hashedFiles(workspace, "", 0)), ...namedFiles(parts.commands)]);
  for (const file of files) {
    const content = await readPlainFile(join(workspace, file));
    hash.update(JSON.stringify([file, content === null ? null : createHash("sha256").update(content).digest("hex")]));
  }
  return hash.digest("hex").slice(0, 40);
}

/** What the commands may name as a file of the repository: their words, as paths. */
function namedFiles(commands: readonly string[]): string[] {
  const words = commands.flatMap((command) => command.split(/[\s;&|<>()"'`=]+/));
  return words
    .map((word) => posix.normalize(word))
    .filter((word) => /\w/.test(word) && word.length < 1_000 && !word.startsWith("/") && !word.startsWith("../"));
}

async function hashedFiles(workspace: string, below: string, depth: number): Promise<string[]> {
  const entries: Dirent[] = await readdir(join(workspace, below), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile() && isHashed(entry.name)) found.push(path);
    if (entry.isDirectory() && depth < most.depth && !skipped.has(entry.name))
      found.push(...(await hashedFiles(workspace, path, depth + 1)));
    if (found.length >= most.files) break;
  }
  return found.slice(0, most.files);
}

/** null: a link, a device, or too large. */
async function readPlainFile(path: string): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (!file) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= most.fileBytes ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}

const directoryOf = (dataDirectory: string) => join(dataDirectory, "setup-cache");
const archiveOf = (input: { dataDirectory: string; workspaceId: WorkspaceId; key: string }) =>
  join(directoryOf(input.dataDirectory), input.workspaceId, `${input.key}.tar`);
const metaOf = (archive: string) => archive.replace(/\.tar$/, ".json");

interface CacheKey {
  readonly dataDirectory: string;
  readonly workspaceId: WorkspaceId;
  readonly key: string;
}

/** Lays a kept result into the home of a sandbox that does not run yet; null when there is none. */
export async function takeCached(input: CacheKey, place: SandboxPlace): Promise<CachedSetup | null> {
  const archive = archiveOf(input);
  const text = await readFile(metaOf(archive), "utf8").catch(() => null);
  const meta = text === null ? null : metaSchema.safeParse(JSON.parse(text));
  if (!meta?.success) return null;
  try {
    await copyFile(archive, join(place.home, archiveName), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch {
    return null;
  }
  await chmod(join(place.home, archiveName), 0o644);
  await utimes(archive, new Date(), new Date());
  return meta.data;
}

/** Keeps what the sandbox has packed into its home. What isn't a plain file, or is too large, is thrown away. */
export async function keepResult(input: CacheKey, place: SandboxPlace, meta: CachedSetup): Promise<boolean> {
  const archive = archiveOf(input);
  await mkdir(dirname(archive), { recursive: true, mode: 0o700 });
  const taken = `${archive}.${randomUUID()}`;
  await rename(join(place.home, archiveName), taken); // from here on out of the sandbox's reach
  const stats = await lstat(taken);
  if (!stats.isFile() || stats.nlink !== 1 || stats.size > limits.setup.cachedMaxBytes) {
    await rm(taken, { force: true });
    return false;
  }
  if (process.getuid?.() === 0) await chown(taken, 0, 0);
  await chmod(taken, 0o600);
  await writeFile(metaOf(archive), JSON.stringify(meta), { mode: 0o600 });
  await rename(taken, archive);
  await prune(directoryOf(input.dataDirectory));
  return true;
}

/** Removes the results that were used longest ago until the rest fits. */
async function prune(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(".tar"))
      .map(async (name) => ({ path: join(directory, name), stats: await lstat(join(directory, name)).catch(() => null) })),
  );
  let total = files.reduce((sum, { stats }) => sum + (stats?.size ?? 0), 0);
  for (const { path, stats } of files.sort((a, b) => (a.stats?.mtimeMs ?? 0) - (b.stats?.mtimeMs ?? 0))) {
    if (total <= limits.setup.cacheBytes) return;
    total -= stats?.size ?? 0;
    await rm(path, { force: true });
    await rm(metaOf(path), { force: true });
  }
}

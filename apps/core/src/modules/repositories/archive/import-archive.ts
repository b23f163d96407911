import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import { gitLine, runGit } from "../git.ts";
import { type ArchiveEntry, checkGoal, damaged, isDotGit, pathOf, refuse } from "./archive-entry.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";

const { archiveFileMaxBytes, archiveMaxFiles, archiveMaxRatio, archiveUnpackedMaxBytes } = limits.repository;
const ratioFromBytes = 50 * 1024 * 1024;

interface Taken {
  readonly parts: readonly string[];
  readonly mode: "100644" | "100755" | "120000";
  readonly mark: number;
}

export type ArchiveFormat = "tar.gz" | "tar" | "zip";

/** What a file is by its first bytes; null for anything else. */
export async function formatOf(path: string): Promise<ArchiveFormat | null> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(512);
    await file.read(head, 0, 512, 0);
    if (head[0] === 0x1f && head[1] === 0x8b) return "tar.gz";
    if (head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50) return "zip";
    return head.subarray(257, 262).toString("latin1") === "ustar" ? "tar" : null;
  } finally {
    await file.close();
  }
}

/**
 * Makes an uploaded archive the newest commit of `main` in the mirror. It is never unpacked to a disk: its files go straight
 * into git's object store, under paths that were checked. A `.git` in it is left out: nothing of it is ever configuration.
 * Throws UNPROCESSABLE with the reason for archives that lead out, are bombs, damaged or empty.
 */
export async function importArchive(mirror: string, path: string, message: string): Promise<{ files: number; skipped: number }> {
  const format = await formatOf(path);
  if (format === null) throw refuse("This is no archive that can be read. Upload a .tar.gz or a .zip.");
  const packedBytes = (await stat(path)).size;
  const parent = await gitLine(["rev-parse", "--verify", "--quiet", "refs/heads/main"], { gitDir: mirror }).catch(() => null);
  let outcome = { files: 0, skipped: 0 };
  await runGit(["fast-import", "--quiet", "--force", "--done"], {
    gitDir: mirror,
    cwd: mirror,
    writeInput: async (stdin) => {
      const { taken, skipped } = await writeBlobs(stdin, entriesOf(path, format), packedBytes);
      const files = withoutCommonRoot(taken);
      if (files.length === 0) throw refuse("The archive holds no files.");
      await write(stdin, commitOf(files, message, parent));
      outcome = { files: files.length, skipped };
    },
  });
  return outcome;
}

function entriesOf(path: string, format: ArchiveFormat): AsyncIterable<ArchiveEntry> {
  if (format === "zip") return readZip(path);
  const raw = createReadStream(path);
  if (format === "tar") return readTar(raw);
  const gunzip = createGunzip();
  raw.on("error", (error) => gunzip.destroy(error));
  return readTar(raw.pipe(gunzip));
}

async function writeBlobs(
  stdin: Writable,
  entries: AsyncIterable<ArchiveEntry>,
  packedBytes: number,
): Promise<{ taken: Map<string, Taken>; skipped: number }> {
  const taken = new Map<string, Taken>();
  let [total, seen, mark, skipped] = [0, 0, 0, 0];
  for await (const entry of named(entries)) {
    if (++seen > archiveMaxFiles * 2 || taken.size >= archiveMaxFiles)
      throw refuse(`The archive holds more than ${archiveMaxFiles.toLocaleString("en")} files.`);
    const parts = pathOf(entry.path);
    if (entry.kind === "directory" || parts === null) continue;
    if (entry.kind === "other") throw refuse("The archive holds devices, pipes or hard links. Make it anew with regular files only.");
    if (parts.some(isDotGit)) {
      skipped += 1;
      continue;
    }
    if (entry.sizeBytes > archiveFileMaxBytes)
      throw refuse(`The archive holds a file over ${archiveFileMaxBytes / 1024 ** 2} MB. Leave it out.`);
    total += entry.sizeBytes;
    const isBomb = total > archiveUnpackedMaxBytes || (total > ratioFromBytes && total > packedBytes * archiveMaxRatio);
    if (isBomb) throw refuse("The archive unpacks to more than can be taken in. Leave out what is not needed.");
    mark += 1;
    if (entry.kind === "link") {
      checkGoal(parts, entry.goal ?? "");
      const goal = Buffer.from(entry.goal ?? "");
      await write(stdin, Buffer.concat([Buffer.from(`blob\nmark :${mark}\ndata ${goal.length}\n`), goal, Buffer.from("\n")]));
    } else await writeContent(stdin, entry, mark);
    const mode = entry.kind === "link" ? "120000" : entry.executable ? "100755" : "100644";
    taken.set(parts.join("/"), { parts, mode, mark });
  }
  return { taken, skipped };
}

/** A stream that breaks is a damaged archive. */
async function* named(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<ArchiveEntry> {
  try {
    yield* entries;
  } catch (error) {
    const isStream = error instanceof Error && "code" in error && !(error instanceof AppError) && /^(Z_|ERR_)/.test(String(error.code));
    throw isStream ? damaged() : error;
  }
}

async function writeContent(stdin: Writable, entry: ArchiveEntry, mark: number): Promise<void> {
  await write(stdin, `blob\nmark :${mark}\ndata ${entry.sizeBytes}\n`);
  let bytes = 0;
  for await (const piece of entry.content ?? []) {
    bytes += piece.length;
    if (bytes > entry.sizeBytes) throw damaged();
    await write(stdin, piece);
  }
  if (bytes !== entry.sizeBytes) throw damaged();
  await write(stdin, "\n");
}

/** Most archives hold one directory with everything in it: that one is not a part of the project. */
function withoutCommonRoot(taken: ReadonlyMap<string, Taken>): Taken[] {
  const files = [...taken.values()];
  const root = files[0]?.parts[0];
  const isCommon = files.every((file) => file.parts.length > 1 && file.parts[0] === root);
  return isCommon ? files.map((file) => ({ ...file, parts: file.parts.slice(1) })) : files;
}

function commitOf(files: readonly Taken[], message: string, parent: string | null): string {
  const quoted = (path: string) => `"${path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  const text = `${message}\n`;
  const lines = [
    "commit refs/heads/main",
    `committer OpenCode <upload@opencode.invalid> ${Math.floor(Date.now() / 1_000)} +0000`,
    `data ${Buffer.byteLength(text)}`,
    text,
    ...(parent ? [`from ${parent}`, "deleteall"] : []),
    ...files.map(({ parts, mode, mark }) => `M ${mode} :${mark} ${quoted(parts.join("/"))}`),
    "",
    "done",
    "",
  ];
  return lines.join("\n");
}

async function write(stdin: Writable, data: Buffer | string): Promise<void> {
  if (stdin.destroyed) throw new Error("git ended before it had read the whole archive");
  if (!stdin.write(data)) await Promise.race([once(stdin, "drain"), once(stdin, "close")]);
}

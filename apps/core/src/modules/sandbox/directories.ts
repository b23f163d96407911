import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../../platform/errors.ts";
import type { SandboxPlace } from "./driver.ts";

const run = promisify(execFile);

export function sandboxesDirectory(dataDirectory: string): string {
  return join(dataDirectory, "sandboxes");
}

/** `dataDirectory` is absolute. */
export function placeOf(dataDirectory: string, sandboxId: string): SandboxPlace {
  if (!/^[a-z0-9_-]{3,64}$/i.test(sandboxId)) throw new AppError("BAD_REQUEST", "This is not a sandbox id.");
  const root = join(sandboxesDirectory(dataDirectory), sandboxId);
  const below = (name: string) => join(root, name);
  return {
    sandboxId,
    root,
    workspace: below("workspace"),
    control: below("control"),
    outputs: below("outputs"),
    home: below("home"),
    egress: below("egress"),
    seed: below("seed"),
    unfilled: below("unfilled"),
    record: below("runtime.json"),
  };
}

export async function directoryExists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** Whether the place has a workspace that was filled to the end. */
export async function isWhole(place: SandboxPlace): Promise<boolean> {
  if (!(await directoryExists(place.workspace))) return false;
  return (await stat(place.unfilled).catch(() => null)) === null;
}

/** Fills a workspace that is mounted already and can't be replaced. A crash in the middle leaves it marked as unfilled. */
export async function fillMade(place: SandboxPlace, fill: (hostDirectory: string) => Promise<void>): Promise<void> {
  const filling = join(place.root, `${basename(place.workspace)}.filling-${randomUUID()}`);
  await mkdir(filling, { mode: 0o755 });
  await fill(filling);
  for (const name of await readdir(filling)) await rename(join(filling, name), join(place.workspace, name));
  await rm(filling, { recursive: true });
  await rm(place.unfilled);
}

/**
 * Makes the place with a workspace that `fill` has filled. A crash in the middle leaves nothing that looks filled. Each try
 * has a directory of its own: what a dead worker has started (a clone) may still be writing into the last one.
 */
export async function createPlace(place: SandboxPlace, fill: (hostDirectory: string) => Promise<void>): Promise<void> {
  await mkdir(place.root, { recursive: true, mode: 0o700 });
  const prefix = `${basename(place.workspace)}.filling-`;
  for (const name of await readdir(place.root)) {
    if (name.startsWith(prefix)) await rm(join(place.root, name), { recursive: true, force: true, maxRetries: 3 });
  }
  const filling = join(place.root, `${prefix}${randomUUID()}`);
  await mkdir(filling, { mode: 0o755 });
  await fill(filling);
  await preparePlace(place);
  await rm(place.workspace, { recursive: true, force: true, maxRetries: 3 }); // one that was never filled to the end
  await rename(filling, place.workspace);
  await rm(place.unfilled, { force: true });
}

/** The directories beside the workspace. */
export async function preparePlace(place: SandboxPlace): Promise<void> {
  await mkdir(place.root, { recursive: true, mode: 0o700 });
  await mkdir(place.control, { recursive: true, mode: 0o700 });
  await mkdir(place.outputs, { recursive: true, mode: 0o755 });
  await mkdir(place.home, { recursive: true, mode: 0o755 });
  await mkdir(place.egress, { recursive: true, mode: 0o755 });
}

/**
 * Removes all of it, whatever was made in it: what Node can't remove (paths that are too long, names that are no text,
 * directories that were closed) the system's own program can, which walks by descriptors.
 */
export async function removePlace(place: SandboxPlace): Promise<void> {
  try {
    await rm(place.root, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await run("chmod", ["-R", "u+rwX", "--", place.root]).catch(() => undefined); // what the user of an unprivileged worker has closed
    await run("rm", ["-rf", "--", place.root]);
  }
}

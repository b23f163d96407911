import { chown, mkdir } from "node:fs/promises";
import type { SandboxLimits, SandboxPlace } from "./driver.ts";

/** Half of what the sandbox has. */
export function companionLimits(limits: SandboxLimits): SandboxLimits {
  const half = (value: number, least: number) => Math.min(value, Math.max(least, Math.ceil(value / 2)));
  return { ...limits, memoryBytes: half(limits.memoryBytes, 256 * 1024 ** 2), processes: half(limits.processes, 32) };
}

/** Not with what is above: a sandbox that is being removed must not come back as a directory. */
export async function makeCompanionDirectories(place: SandboxPlace, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  for (const directory of [place.root, place.control]) {
    await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  }
  if (process.getuid?.() === 0) await chown(place.control, uid, gid);
}

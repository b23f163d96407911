import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxLimits } from "../driver.ts";

/** The control groups that this machine lets us make: one directory (version 2), one a controller (version 1), or none. */
export interface ControlGroups {
  readonly version: "v2" | "v1" | "none";
  readonly parents: readonly string[];
}

const mountPoint = "/sys/fs/cgroup";
const none: ControlGroups = { version: "none", parents: [] };

/** Looks by really making one. */
export async function findControlGroups(): Promise<ControlGroups> {
  const version2 = await writableParent(join(mountPoint, "opencode"), ["memory.max", "pids.max"], () =>
    writeFile(join(mountPoint, "opencode", "cgroup.subtree_control"), "+memory +pids +cpu"),
  );
  if (version2) return { version: "v2", parents: [version2] };
  const memory = await writableParent(join(mountPoint, "memory", "opencode"), ["memory.limit_in_bytes"]);
  const pids = await writableParent(join(mountPoint, "pids", "opencode"), ["pids.max"]);
  if (!memory || !pids) return none;
  const cpu = await writableParent(join(mountPoint, "cpu", "opencode"), ["cpu.cfs_quota_us"]);
  return { version: "v1", parents: [memory, pids, ...(cpu ? [cpu] : [])] };
}

async function writableParent(directory: string, files: readonly string[], prepare?: () => Promise<void>): Promise<string | null> {
  const trial = join(directory, `probe-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true });
    await prepare?.();
    await mkdir(trial);
    const complete = files.every((file) => existsSync(join(trial, file)));
    await rmdir(trial);
    return complete ? directory : null;
  } catch {
    return null;
  }
}

/** Makes the groups of one sandbox with its limits; resolves with the files that a process writes "0" to in order to join. */
export async function createControlGroups(groups: ControlGroups, name: string, limits: SandboxLimits): Promise<string[]> {
  const joined: string[] = [];
  // The agent and its helpers count too.
  const processes = String(limits.processes + 64);
  for (const parent of groups.parents) {
    const directory = join(parent, name);
    await mkdir(directory, { recursive: true });
    const set = (file: string, value: string) => writeFile(join(directory, file), value).catch(() => undefined);
    if (groups.version === "v2") {
      await set("memory.max", String(limits.memoryBytes));
      await set("memory.swap.max", "0");
      await set("pids.max", processes);
      await set("cpu.max", `${Math.round(limits.cpus * 100_000)} 100000`);
    } else if (parent.includes("/memory/")) {
      await set("memory.limit_in_bytes", String(limits.memoryBytes));
      await set("memory.memsw.limit_in_bytes", String(limits.memoryBytes));
    } else if (parent.includes("/pids/")) {
      await set("pids.max", processes);
    } else {
      await set("cpu.cfs_quota_us", String(Math.round(limits.cpus * 100_000)));
    }
    joined.push(join(directory, "cgroup.procs"));
  }
  return joined;
}

/** Kills what is left in a sandbox's groups and removes them. A group that can't be removed yet is left for the next reaping. */
export async function removeControlGroups(groups: ControlGroups, name: string): Promise<void> {
  for (const parent of groups.parents) {
    const directory = join(parent, name);
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const pids = await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => null);
      if (pids === null) break;
      for (const pid of pids.split("\n").filter(Boolean)) killQuietly(Number(pid));
      const removed = await rmdir(directory).then(
        () => true,
        () => false,
      );
      if (removed) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** The names of the sandboxes that have a group. */
export async function listControlGroups(groups: ControlGroups): Promise<string[]> {
  const names = await Promise.all(groups.parents.map((parent) => readdir(parent, { withFileTypes: true }).catch(() => [])));
  return [...new Set(names.flat().flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])))];
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone
  }
}

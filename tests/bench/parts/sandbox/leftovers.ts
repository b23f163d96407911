import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findControlGroups, listControlGroups } from "@opencode/core/modules/sandbox/bubblewrap/control-group.ts";
import { listSandboxContainers } from "@opencode/core/modules/sandbox/docker/driver.ts";

export type Leftovers = Record<string, number>;

/** What sandboxes could leave on the machine: processes, mounts, control groups, containers, directories. */
export async function countLeftovers(dataDirectory: string): Promise<Leftovers> {
  const processes = execFileSync("ps", ["-eo", "args"], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }).split("\n");
  return {
    processes: processes.filter((line) => line.includes(dataDirectory) || line.startsWith("sleep 600")).length,
    mounts: readFileSync("/proc/self/mountinfo", "utf8").split("\n").length,
    controlGroups: (await listControlGroups(await findControlGroups())).length,
    containers: await listSandboxContainers().then(
      (names) => names.length,
      () => 0,
    ),
    directories: entries(join(dataDirectory, "sandboxes")),
  };
}

function entries(directory: string): number {
  try {
    return readdirSync(directory).length;
  } catch {
    return 0;
  }
}

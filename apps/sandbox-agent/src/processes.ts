import { readdirSync, readFileSync } from "node:fs";

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

const pageBytes = 4096;

/** Every process that the agent can see (those of namespaces below its own too). */
export function listProcesses(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the name in parentheses, which may itself hold spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      entries.push({ pid, parent: Number(fields[1]), residentBytes: Number(fields[21]) * pageBytes });
    } catch {
      // it ended while we looked
    }
  }
  return entries;
}

/** The processes below `root`, without it. */
export function descendantsOf(root: number, all: readonly ProcessEntry[] = listProcesses()): number[] {
  const children = Map.groupBy(all, (entry) => entry.parent);
  const found: number[] = [];
  const queue = [root];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child.pid);
      queue.push(child.pid);
    }
  }
  return found;
}

/** Sends a signal; a process that is gone already is fine. A negative id means its group. */
export function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone
  }
}

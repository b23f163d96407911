import { execFile } from "node:child_process";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { descendantsOf, listProcesses } from "./processes.ts";

const memoryEveryMs = 200;
const diskEveryMs = 1_500;

/**
 * Watches what no kernel limit holds: disk and inodes of all that can be written always, memory where there is no control group.
 * Calls `stop` when one is over. Returns the function that ends the watch.
 */
export function watchLimits(config: AgentConfig, pid: number, stop: (reason: "memory" | "disk") => void): () => void {
  const timers = [setInterval(() => checkDisk(config, stop), diskEveryMs)];
  if (config.memoryWatched) {
    timers.push(
      setInterval(() => {
        const all = listProcesses();
        const mine = new Set(descendantsOf(pid, all));
        const bytes = all.reduce((sum, entry) => sum + (mine.has(entry.pid) ? entry.residentBytes : 0), 0);
        if (bytes > config.memoryBytes) stop("memory");
      }, memoryEveryMs),
    );
  }
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** The number in the last line, which is the total's. */
function totalOf(output: string): number {
  return Number.parseInt(output.trimEnd().split("\n").at(-1) ?? "", 10);
}

let measuring = false;

function checkDisk(config: AgentConfig, stop: (reason: "disk") => void): void {
  if (measuring) return;
  measuring = true;
  const env: Record<string, string> = { PATH: config.path };
  const options = { timeout: 20_000, env };
  // Without namespaces of their own commands can write what is the agent's, too.
  const shared = config.nesting ? [] : [config.control, config.outputs];
  const places = ["--total", "--one-file-system", config.workspace, config.home, ...shared];
  execFile("du", ["-sk", ...places], options, (_error, kilobytes) => {
    execFile("du", ["-s", "--inodes", ...places], options, (_inodeError, inodes) => {
      measuring = false;
      if (totalOf(kilobytes) * 1024 > config.diskBytes || totalOf(inodes) > config.inodes) stop("disk");
    });
  });
}

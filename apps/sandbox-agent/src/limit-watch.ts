import { execFile } from "node:child_process";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { descendantsOf, listProcesses } from "./processes.ts";

const memoryEveryMs = 200;
const diskEveryMs = 1_500;
const lookMaxMs = 20_000;
/** of the time that may go into looking, in a tree so large that a look takes long */
const shares = { working: 0.5, kept: 0.1 } as const;

interface Watch {
  readonly share: number;
  readonly stop: (reason: "disk") => void;
}

/**
 * Watches what no kernel limit holds: disk and inodes of all that can be written always, memory where there is no control group.
 * Calls `stop` when one is over. `kept`: a process that mostly waits, for which the disk is not looked at as often. Returns the
 * function that ends the watch.
 */
export function watchLimits(
  config: AgentConfig,
  pid: number,
  stop: (reason: "memory" | "disk") => void,
  kind: keyof typeof shares = "working",
): () => void {
  const watch: Watch = { stop, share: shares[kind] };
  watches.add(watch);
  lookLater(config);
  const timer = config.memoryWatched ? setInterval(() => checkMemory(config, pid, stop), memoryEveryMs) : undefined;
  return () => {
    watches.delete(watch);
    clearInterval(timer);
  };
}

function checkMemory(config: AgentConfig, pid: number, stop: (reason: "memory") => void): void {
  const all = listProcesses();
  const mine = new Set(descendantsOf(pid, all));
  const bytes = all.reduce((sum, entry) => sum + (mine.has(entry.pid) ? entry.residentBytes : 0), 0);
  if (bytes > config.memoryBytes) stop("memory");
}

const watches = new Set<Watch>();
/** The look that comes next, or is under way. */
let next: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null;
let isLooking = false;
let tookMs = 0;

/** Sees to it that a look comes in time; who begins brings it forward and never puts it off. */
function lookLater(config: AgentConfig): void {
  if (isLooking || watches.size === 0) return;
  const share = Math.max(...[...watches].map((watch) => watch.share));
  const pauseMs = Math.max(diskEveryMs, tookMs * (1 / share - 1));
  const at = performance.now() + pauseMs;
  if (next && next.at <= at) return;
  clearTimeout(next?.timer);
  next = { at, timer: setTimeout(() => void look(config), pauseMs).unref() };
}

async function look(config: AgentConfig): Promise<void> {
  next = null;
  if (watches.size === 0) return;
  isLooking = true;
  const began = performance.now();
  const isOver = await isOverDisk(config);
  tookMs = performance.now() - began;
  isLooking = false;
  if (isOver) for (const watch of [...watches]) watch.stop("disk");
  lookLater(config);
}

async function isOverDisk(config: AgentConfig): Promise<boolean> {
  // Without namespaces of their own commands can write what is the agent's, too.
  const shared = config.nesting ? [] : [config.control, config.outputs];
  const places = ["--total", "--one-file-system", config.workspace, config.home, ...shared];
  const kilobytes = await totalOf(config, ["-sk", ...places]);
  return kilobytes * 1024 > config.diskBytes || (await totalOf(config, ["-s", "--inodes", ...places])) > config.inodes;
}

/** The number in the last line, which is the total's; NaN when `du` does not come to it. */
function totalOf(config: AgentConfig, args: readonly string[]): Promise<number> {
  const env: Record<string, string> = { PATH: config.path };
  return new Promise((resolve) => {
    // What it could not read is told by its exit code, and counts no less.
    execFile("du", args, { timeout: lookMaxMs, env }, (_error, output) =>
      resolve(Number.parseInt(output.trimEnd().split("\n").at(-1) ?? "", 10)),
    );
  });
}

// The process that starts git for a larger one (git-launcher.ts). It loads nothing else: what is small is forked fast.
import { type GitEnd, spawnGit } from "@opencode/core/platform/git-process.ts";
import type { LauncherAnswer, LauncherOrder } from "./git-launcher.ts";

const running = new Map<number, AbortController>();

process.on("message", (order: LauncherOrder) => {
  if (order.kind === "abort") running.get(order.id)?.abort();
  else void run(order);
});

async function run({ id, git }: Extract<LauncherOrder, { kind: "run" }>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  let end: GitEnd;
  try {
    end = await spawnGit(git, abort.signal, { onStart: (pid) => answer({ kind: "started", id, pid }) });
  } catch (error) {
    // Everybody's runs are in this process: none of them may end it.
    end = { exitCode: null, reason: "unstarted", stdout: Buffer.alloc(0), stderr: String(error) };
  }
  running.delete(id);
  answer({ kind: "ended", id, end });
  if (!process.connected && running.size === 0) process.exit(0);
}

function answer(said: LauncherAnswer): void {
  if (process.connected) process.send?.(said);
}

// A terminal's Ctrl-C reaches the whole group: who it works for decides how long it is needed.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => {
  for (const abort of running.values()) abort.abort();
  if (running.size === 0) process.exit(0);
});

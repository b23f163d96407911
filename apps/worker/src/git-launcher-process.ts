// The process that starts git for a larger one (git-launcher.ts). It loads nothing else: what is small is forked fast.
import { spawnGit } from "@opencode/core/platform/git-process.ts";
import type { LauncherAnswer, LauncherOrder } from "./git-launcher.ts";

const running = new Map<number, AbortController>();

process.on("message", (order: LauncherOrder) => {
  if (order.kind === "abort") running.get(order.id)?.abort();
  else void run(order);
});

async function run({ id, git }: Extract<LauncherOrder, { kind: "run" }>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const end = await spawnGit(git, abort.signal);
  running.delete(id);
  const answer: LauncherAnswer = { id, end };
  if (process.connected) process.send?.(answer);
  else if (running.size === 0) process.exit(0);
}

// A terminal's Ctrl-C reaches the whole group: who it works for decides how long it is needed.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => {
  for (const abort of running.values()) abort.abort();
  if (running.size === 0) process.exit(0);
});

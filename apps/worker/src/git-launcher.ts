import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { env } from "@opencode/core/platform/env.ts";
import { type GitEnd, type GitProcess, signalGroup } from "@opencode/core/platform/git-process.ts";
import { logger } from "@opencode/core/platform/logger.ts";

/** What is said to the launcher's process. */
export type LauncherOrder =
  | { readonly kind: "run"; readonly id: number; readonly git: GitProcess }
  | { readonly kind: "abort"; readonly id: number };
/** What it says. */
export type LauncherAnswer =
  | { readonly kind: "started"; readonly id: number; readonly pid: number }
  | { readonly kind: "ended"; readonly id: number; readonly end: GitEnd };

interface Waiting {
  resolve(end: GitEnd): void;
  /** the git's, and its group's, once it has begun */
  pid?: number;
}

/**
 * Starts git from a small process beside this one. Starting a process copies the page tables of the one that starts it
 * and holds it up meanwhile: 10 ms and more for one of 400 MB, at which every turn in it would wait.
 */
class GitLauncher {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor() {
    const program = join(import.meta.dirname, "git-launcher-process.ts");
    const execArgv = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1"];
    this.#child = fork(program, [], { serialization: "advanced", execArgv, env: { PATH: env().PATH, NODE_ENV: "production" } });
    // It does not keep this process alive, and ends with it: its channel is closed then, however this one ends.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on("message", (answer: LauncherAnswer) => this.#hear(answer));
    this.#child.on("error", (error) => this.#lose(error));
    this.#child.on("exit", () => this.#lose(new Error("the process that starts git has ended")));
  }

  get isRunning(): boolean {
    return this.#child.connected;
  }

  run(git: GitProcess, signal: AbortSignal | undefined): Promise<GitEnd> {
    this.#lastId += 1;
    const id = this.#lastId;
    const onAbort = () => this.#tell({ kind: "abort", id });
    signal?.addEventListener("abort", onAbort, { once: true });
    return new Promise<GitEnd>((resolve) => {
      this.#waiting.set(id, { resolve });
      this.#child.channel?.ref();
      this.#tell({ kind: "run", id, git });
    }).finally(() => signal?.removeEventListener("abort", onAbort));
  }

  #tell(order: LauncherOrder): void {
    this.#child.send(order, (error) => {
      if (error) this.#lose(error);
    });
  }

  #hear(answer: LauncherAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (answer.kind === "started") {
      if (waiting) waiting.pid = answer.pid;
      return;
    }
    waiting?.resolve(answer.end);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#child.channel?.unref();
  }

  /** What it had under way goes with it: who waits for a run may let others at the same files once it has ended. */
  #lose(error: Error): void {
    if (this.#waiting.size > 0) logger.warn({ err: error }, "repositories: runs of git were lost with the process that started them");
    for (const { pid, resolve } of this.#waiting.values()) {
      signalGroup(pid, "SIGKILL");
      resolve({ exitCode: null, reason: "aborted", stdout: Buffer.alloc(0), stderr: error.message });
    }
    this.#waiting.clear();
  }
}

let launcher: GitLauncher | null = null;

/** Has a git started by the process beside this one, which is made anew when it was lost. */
export function launchGit(git: GitProcess, signal?: AbortSignal): Promise<GitEnd> {
  if (!launcher?.isRunning) launcher = new GitLauncher();
  return launcher.run(git, signal);
}

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { descendantsOf, signal } from "./processes.ts";

export interface RunningCommand {
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** TERM, and after the grace KILL, to everything that the command has started. */
  stop(): void;
  readonly pid: number;
}

/**
 * Starts `bash -c command`. With nesting each command gets its own process namespace (all that it started ends with it),
 * its own user namespace (the agent can't be traced or signalled) and no sight of the control directory.
 */
export function runCommand(
  config: AgentConfig,
  input: { command: string; cwd: string },
  onOutput: (chunk: Buffer) => void,
): RunningCommand {
  const seccomp = config.nesting?.seccomp ? openSync(config.nesting.seccomp, "r") : null;
  const { file, args } = commandLine(config, input);
  const environment: Record<string, string> = { PATH: config.path, HOME: config.home, LANG: "C.UTF-8", TERM: "dumb" };
  const child = spawn(file, args, {
    cwd: config.nesting ? "/" : input.cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe", ...(seccomp === null ? [] : [seccomp])],
    detached: true,
  });
  if (seccomp !== null) closeSync(seccomp);
  for (const stream of [child.stdout, child.stderr]) if (stream) forward(stream, config.outputFileMaxBytes, onOutput);
  return { exited: exitOf(child, config.killGraceMs), stop: () => stop(config, child), pid: child.pid ?? -1 };
}

const slowPauseMs = 5;

/** What is over the limit is not kept anyway: an endless output then goes on slowly, so that it takes no processor from others. */
function forward(stream: Readable, maxBytes: number, onOutput: (chunk: Buffer) => void): void {
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    onOutput(chunk);
    if (bytes <= maxBytes) return;
    stream.pause();
    setTimeout(() => stream.resume(), slowPauseMs);
  });
}

function commandLine(config: AgentConfig, { command, cwd }: { command: string; cwd: string }): { file: string; args: string[] } {
  // One pipe for both keeps the order in which the lines were written. A command that doesn't parse never gets there:
  // its message comes over the second pipe.
  // Where memory runs out, the command is to be killed and not the agent.
  const script = `exec 2>&1; echo 900 2>/dev/null >/proc/self/oom_score_adj; ${command}`;
  if (!config.nesting) return { file: "bash", args: ["-c", script] };
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--disable-userns", "--uid", "1000", "--gid", "1000"];
  const view = ["--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", config.control, "--ro-bind", config.outputs, config.outputs];
  const rights = ["--cap-drop", "ALL", "--die-with-parent", ...(config.nesting.seccomp ? ["--seccomp", "3"] : [])];
  return { file: config.nesting.bubblewrap, args: [...namespaces, ...view, ...rights, "--chdir", cwd, "--", "bash", "-c", script] };
}

function exitOf(child: ChildProcess, graceMs: number): RunningCommand["exited"] {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (code: number | null, name: string | null) => {
      if (settled) return;
      settled = true;
      resolve({ code, signal: name });
    };
    child.once("error", () => settle(127, null));
    child.once("close", settle);
    child.once("exit", (code, name) => {
      // Whatever the command left in the background holds the pipes open: end it, and don't wait for it for long.
      if (child.pid !== undefined) signal(-child.pid, "SIGKILL");
      setTimeout(() => settle(code, name), graceMs).unref();
    });
  });
}

function stop(config: AgentConfig, child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (config.nesting) {
    // bubblewrap itself would die of TERM and take everything with it by KILL, without the grace: spare it and its init.
    for (const descendant of descendantsOf(pid).slice(1)) signal(descendant, "SIGTERM");
  } else {
    for (const descendant of descendantsOf(pid)) signal(descendant, "SIGTERM");
    signal(-pid, "SIGTERM");
  }
  setTimeout(() => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    for (const descendant of descendantsOf(pid)) signal(descendant, "SIGKILL");
    signal(-pid, "SIGKILL");
  }, config.killGraceMs).unref();
}

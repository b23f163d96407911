import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import type { Socket } from "node:net";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { openUnnamed } from "./open-unnamed.ts";
import type { OutputPipe } from "./output-pipes.ts";
import { descendantsOf, signal } from "./processes.ts";
import { proxyEnvironment } from "./proxy-environment.ts";
import type { SpareShell } from "./spare-shells.ts";

export interface CommandInput {
  readonly command: string;
  readonly cwd: string;
  /** what it reads from its standard input */
  readonly stdin: Buffer;
  readonly readOnly: boolean;
  readonly network: "none" | "shared" | "proxy";
  /** the port of 127.0.0.1 on which it finds its proxy */
  readonly proxyPort: number | null;
  readonly environment?: Readonly<Record<string, string>>;
}

export type ConfinedInput = Pick<CommandInput, "command" | "cwd" | "readOnly" | "network"> & {
  /** what the command is for: bash where nothing is said */
  readonly shell?: "sh";
  /** pseudo-terminals of its own, and no sight of those of others: what a person types there could be read */
  readonly ownDevices?: true;
};

export interface RunningCommand {
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** TERM, and after the grace KILL, to everything that the command has started. */
  stop(): void;
  readonly pid: number;
}

/**
 * Starts `bash -c command`, in a shell that was made ready for it where there is one. With nesting each command gets its
 * own process namespace (all that it started ends with it), its own user namespace (the agent can't be traced or
 * signalled) and no sight of the control directory.
 */
export function runCommand(
  config: AgentConfig,
  input: CommandInput,
  place: OutputPipe | SpareShell,
  onOutput: (chunk: Buffer) => void,
): RunningCommand {
  const { reader } = place;
  forward(reader, config.outputFileMaxBytes, onOutput);
  const child = "run" in place ? place.run(input) : start(config, input, place);
  return { exited: exitOf(child, reader, config.killGraceMs), stop: () => stopConfined(config, child), pid: child.pid ?? -1 };
}

function start(config: AgentConfig, input: CommandInput, { writeEnd }: OutputPipe): ChildProcess {
  const stdin = input.stdin.length > 0 ? openUnnamed(config, input.stdin, constants.O_RDONLY) : null;
  const environment = { ...commandEnvironment(config, input.proxyPort), ...dumb, ...input.environment };
  const child = spawnConfined(config, { ...input, ownDevices: true }, { stdio: [stdin ?? "ignore", writeEnd, writeEnd], environment });
  closeSync(writeEnd);
  if (stdin !== null) closeSync(stdin);
  return child;
}

/** Nobody sees a terminal. */
export const dumb = { TERM: "dumb" } as const;

/** What every command finds in its environment; with a port (of ProxyPorts) the way to the network too. */
export function commandEnvironment(config: AgentConfig, proxyPort: number | null = null): Record<string, string> {
  return { PATH: config.path, HOME: config.home, LANG: "C.UTF-8", ...(proxyPort !== null && proxyEnvironment(proxyPort)) };
}

type StandardStreams = ["ignore" | "pipe" | number, "pipe" | number, "pipe" | number];

/**
 * Starts `bash -c command` (or `sh`) as `runCommand` does, with standard streams of the caller's, and with `file` as the
 * descriptor after them (and after the filter of system calls). It leads a process group of its own.
 */
export function spawnConfined(
  config: AgentConfig,
  input: ConfinedInput,
  options: { stdio: StandardStreams; environment: Record<string, string>; file?: number },
): ChildProcess {
  const seccomp = config.nesting?.seccomp ? openSync(config.nesting.seccomp, "r") : null;
  const { file, args } = commandLine(config, input);
  try {
    return spawn(file, args, {
      cwd: config.nesting ? "/" : input.cwd,
      env: options.environment,
      stdio: [...options.stdio, ...[seccomp, options.file].flatMap((descriptor) => descriptor ?? [])],
      detached: true,
    });
  } finally {
    if (seccomp !== null) closeSync(seccomp);
  }
}

const slowPauseMs = 5;

/** What is over the limit is not kept anyway: an endless output then goes on slowly, so that it takes no processor from others. */
function forward(stream: Socket, maxBytes: number, onOutput: (chunk: Buffer) => void): void {
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    onOutput(chunk);
    if (bytes <= maxBytes) return;
    stream.pause();
    setTimeout(() => stream.resume(), slowPauseMs);
  });
}

function commandLine(config: AgentConfig, input: ConfinedInput): { file: string; args: string[] } {
  // Where memory runs out, the command is to be killed and not the agent.
  const script = `echo 900 2>/dev/null >/proc/self/oom_score_adj; ${input.command}`;
  const { shell = "bash" } = input;
  if (!config.nesting) return { file: shell, args: ["-c", script] };
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--disable-userns", "--uid", "1000", "--gid", "1000"];
  if (input.network === "none") namespaces.push("--unshare-net");
  const view = [
    "--dev-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    ...hidden(config.control),
    ...hidden(config.egress),
    "--ro-bind",
    config.outputs,
    config.outputs,
  ];
  if (input.ownDevices) view.push("--dev", "/dev", "--bind", "/dev/shm", "/dev/shm", "--remount-ro", "/dev");
  const held = input.readOnly ? readOnlyView(config) : [];
  const rights = ["--cap-drop", "ALL", "--die-with-parent", ...(config.nesting.seccomp ? ["--seccomp", "3"] : [])];
  const start = ["--chdir", input.cwd, "--", shell, "-c", script];
  return { file: config.nesting.bubblewrap, args: [...namespaces, ...view, ...held, ...rights, ...start] };
}

/** Nothing there, and no place to put anything: a file system in memory that has no limit of its own. */
function hidden(path: string): string[] {
  return ["--tmpfs", path, "--remount-ro", path];
}

/**
 * Home is read-only too, and /tmp its own: what a command that may not write leaves there (a .gitconfig, a script) would be
 * run by the next one that may.
 */
function readOnlyView(config: AgentConfig): string[] {
  const own = (path: string) => ["--size", String(config.tmpBytes), "--tmpfs", path];
  return ["--ro-bind", config.workspace, config.workspace, "--ro-bind", config.home, config.home, ...own("/tmp"), ...own("/dev/shm")];
}

function exitOf(child: ChildProcess, reader: Socket, graceMs: number): RunningCommand["exited"] {
  const ended = new Promise<void>((resolve) => {
    reader.once("close", resolve);
    reader.once("error", () => resolve());
  });
  return new Promise((resolve) => {
    const settle = (code: number | null, name: string | null) => {
      reader.destroy();
      resolve({ code, signal: name });
    };
    child.once("error", () => settle(127, null));
    child.once("exit", (code, name) => {
      // Whatever the command left in the background holds the pipe open: end it, and don't wait for it for long.
      if (child.pid !== undefined) signal(-child.pid, "SIGKILL");
      const patience = setTimeout(() => settle(code, name), graceMs);
      void ended.then(() => {
        clearTimeout(patience);
        settle(code, name);
      });
    });
  });
}

/** TERM to everything that it has started, KILL after the grace. */
export function stopConfined(config: AgentConfig, child: ChildProcess): void {
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

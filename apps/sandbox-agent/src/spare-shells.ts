import type { ChildProcess } from "node:child_process";
import { closeSync, constants, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { openUnnamed } from "./open-unnamed.ts";
import type { OutputPipes } from "./output-pipes.ts";
import { signal } from "./processes.ts";
import { type CommandInput, type ConfinedInput, commandEnvironment, dumb, spawnConfined } from "./run-command.ts";

const keptMs = 30_000;
/** Waits for a line, then does what stands in the file that it was given, which was empty until then. */
const waitingFor = (descriptor: number) => `IFS= read -r line && . /dev/fd/${descriptor}`;

type Confinement = Pick<ConfinedInput, "readOnly" | "network">;

/** A shell in namespaces of its own that does not know yet what it will run. */
export class SpareShell {
  readonly confinement: Confinement;
  readonly reader: Socket;
  private readonly config: AgentConfig;
  private readonly child: ChildProcess;
  private readonly script: number;
  private readonly descriptor: number;
  private readonly expiry: NodeJS.Timeout;
  private isOver = false;

  constructor(config: AgentConfig, confinement: Confinement, pipes: OutputPipes) {
    this.config = config;
    this.confinement = confinement;
    // First: when no pipe can be had there is nothing else to let go of.
    const { reader, writeEnd } = pipes.take();
    this.reader = reader;
    // After the standard streams, and after the filter of system calls where there is one.
    this.descriptor = config.nesting?.seccomp ? 4 : 3;
    // The system's own shell begins in a fraction of bash's time, and leaves bash the environment that it was given itself.
    const input = { ...confinement, command: waitingFor(this.descriptor), shell: "sh", cwd: config.workspace, ownDevices: true } as const;
    const environment = { ...commandEnvironment(config), ...dumb };
    let script: number | null = null;
    try {
      script = openUnnamed(config, Buffer.alloc(0), constants.O_RDWR);
      this.script = script;
      this.child = spawnConfined(config, input, { stdio: ["pipe", writeEnd, writeEnd], environment, file: script });
    } catch (error) {
      if (script !== null) closeSync(script);
      reader.destroy();
      throw error;
    } finally {
      closeSync(writeEnd);
    }
    this.child.once("error", () => this.end());
    this.child.stdin?.on("error", () => undefined);
    this.expiry = setTimeout(() => this.end(), keptMs).unref();
  }

  get isAlive(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Becomes `bash -c command`, with nothing to read and nothing that a shell of its own would not have. */
  run({ command, proxyPort }: CommandInput): ChildProcess {
    const environment = Object.entries(commandEnvironment(this.config, proxyPort));
    const exports = environment.map(([name, value]) => `export ${name}=${quoted(value)}\n`).join("");
    try {
      writeFileSync(this.script, `exec </dev/null ${this.descriptor}<&-\n${exports}exec bash -c ${quoted(command)}\n`);
    } catch (error) {
      // The disk is full: half a command is never run.
      this.end();
      throw error;
    }
    this.isOver = true;
    clearTimeout(this.expiry);
    closeSync(this.script);
    this.child.stdin?.end("\n");
    return this.child;
  }

  /** Ends one that was told nothing. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.expiry);
    closeSync(this.script);
    this.reader.destroy();
    if (this.child.pid !== undefined) signal(-this.child.pid, "SIGKILL");
  }
}

/**
 * The next command's shell, made while nobody waits for it: most of what a command costs is its namespaces and mounts,
 * and the next one is mostly confined like the last.
 */
export class SpareShells {
  private readonly config: AgentConfig;
  private readonly pipes: OutputPipes;
  private spare: SpareShell | null = null;

  constructor(config: AgentConfig, pipes: OutputPipes) {
    this.config = config;
    this.pipes = pipes;
  }

  /** The one that waits, if it is confined as this command has to be. It then has to be told what to run. */
  take(input: CommandInput): SpareShell | null {
    const { spare } = this;
    if (!spare || !isPlain(this.config, input) || !isSame(spare.confinement, input)) return null;
    this.spare = null;
    if (spare.isAlive) return spare;
    spare.end();
    return null;
  }

  /** Makes one ready for a command like this one. */
  prepare(input: CommandInput): void {
    if (!this.config.nesting || !isPlain(this.config, input)) return;
    const { spare } = this;
    if (spare?.isAlive && isSame(spare.confinement, input)) return;
    this.spare = null;
    spare?.end();
    try {
      this.spare = new SpareShell(this.config, { readOnly: input.readOnly, network: input.network }, this.pipes);
    } catch {
      // No file, pipe or process could be had: the next command says so itself.
    }
  }
}

/** Nothing about the command is out of the ordinary but how it is confined. */
function isPlain(config: AgentConfig, { cwd, stdin, environment }: CommandInput): boolean {
  return cwd === config.workspace && stdin.length === 0 && environment === undefined;
}

function isSame(one: Confinement, other: Confinement): boolean {
  return one.readOnly === other.readOnly && (one.network === "none") === (other.network === "none");
}

/** A word of the shell's that means just this text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

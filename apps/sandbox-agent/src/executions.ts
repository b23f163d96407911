import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import type { ExecResult } from "@opencode/core/modules/sandbox/contract.ts";
import type { Journal } from "./journal.ts";
import { watchLimits } from "./limit-watch.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { OutputPipes } from "./output-pipes.ts";
import { descendantsOf, listProcesses, signal } from "./processes.ts";
import { ProxyPorts } from "./proxy-ports.ts";
import { pruneOutputs } from "./prune-outputs.ts";
import { Redactor } from "./redactor.ts";
import { Refusal } from "./refusal.ts";
import { type CommandInput, type RunningCommand, runCommand } from "./run-command.ts";
import { SpareShells } from "./spare-shells.ts";

interface ExecInput extends Omit<CommandInput, "proxyPort"> {
  readonly callId: string;
  readonly timeoutMs: number;
  readonly redact?: readonly string[];
}

interface Execution {
  readonly command: RunningCommand;
  readonly result: Promise<ExecResult>;
  readonly listeners: Set<(chunk: Buffer) => void>;
  stopped: "timeout" | "abort" | "memory" | "disk" | null;
}

const maxParallel = 32;
/** As many outputs of the greatest length are kept. */
const keptOutputs = 16;

/** Runs commands, each call id at most once in the life of the workspace. */
export class Executions {
  private readonly running = new Map<string, Execution>();
  private readonly config: AgentConfig;
  private readonly journal: Journal;
  private readonly pipes: OutputPipes;
  private readonly spares: SpareShells;
  readonly proxies: ProxyPorts;

  constructor(config: AgentConfig, journal: Journal) {
    this.config = config;
    this.journal = journal;
    this.pipes = new OutputPipes(config.control, config.path);
    this.spares = new SpareShells(config, this.pipes);
    this.proxies = new ProxyPorts(config);
  }

  get runningCallIds(): string[] {
    return [...this.running.keys()];
  }

  /**
   * The result of this call: by running the command, by waiting for it where it runs already, or from the journal.
   * `onOutput` gets what comes from now on; the result holds all.
   */
  async run(input: ExecInput, onOutput: (chunk: Buffer) => void): Promise<ExecResult> {
    const execution = this.running.get(input.callId) ?? this.recordedOrStarted(input);
    if ("exitCode" in execution) return execution;
    execution.listeners.add(onOutput);
    try {
      return await execution.result;
    } finally {
      execution.listeners.delete(onOutput);
    }
  }

  cancel(callId: string): void {
    const execution = this.running.get(callId);
    if (!execution) return;
    execution.stopped ??= "abort";
    execution.command.stop();
  }

  private recordedOrStarted(input: ExecInput): ExecResult | Execution {
    const entry = this.journal.read(input.callId);
    if (entry?.state === "finished") return entry.result;
    if (entry?.state === "started") {
      const result = interrupted(Date.now() - entry.at);
      this.journal.write({ callId: input.callId, state: "finished", result });
      return result;
    }
    if (entry) throw new Refusal("BAD_REQUEST", "This call id belongs to another kind of call.");
    refuseUnheld(this.config, input);
    if (this.running.size >= maxParallel) throw new Refusal("BAD_REQUEST", `At most ${maxParallel} commands run at once in a sandbox.`);
    return this.start(input);
  }

  private start(input: ExecInput): Execution {
    const startedAt = performance.now();
    const name = createHash("sha256").update(input.callId).digest("hex").slice(0, 24);
    const outputFile = join(this.config.outputs, `${name}.txt`);
    const buffer = new OutputBuffer({
      maxBytes: this.config.outputMaxBytes,
      maxFileBytes: this.config.outputFileMaxBytes,
      file: outputFile,
    });
    const listeners = new Set<(chunk: Buffer) => void>();
    const take = (chunk: Buffer) => {
      if (chunk.length === 0) return;
      buffer.push(chunk);
      for (const listener of listeners) listener(chunk);
    };
    const redactor = input.redact ? new Redactor(input.redact) : null;
    const plain = { ...input, proxyPort: null };
    const place = this.spares.take(plain) ?? this.pipes.take();
    this.journal.write({ callId: input.callId, state: "started", at: Date.now() });
    const proxy = input.network === "proxy" ? this.proxies.take(input.callId) : null;
    const command = runCommand(this.config, { ...input, proxyPort: proxy?.port ?? null }, place, (chunk) =>
      take(redactor ? redactor.push(chunk) : chunk),
    );
    const stop = (reason: Exclude<Execution["stopped"], null>) => {
      execution.stopped ??= reason;
      command.stop();
    };
    const timer = setTimeout(() => stop("timeout"), input.timeoutMs);
    const unwatch = watchLimits(this.config, command.pid, stop);
    const result = command.exited.then((exit): ExecResult => {
      clearTimeout(timer);
      unwatch();
      proxy?.release();
      if (redactor) take(redactor.end());
      buffer.close();
      const killed = execution.stopped !== null;
      const stoppedFor = execution.stopped === "memory" || execution.stopped === "disk" ? execution.stopped : null;
      const value: ExecResult = {
        exitCode: killed ? null : exit.code,
        signal: exit.signal ?? (killed ? "SIGTERM" : null),
        timedOut: execution.stopped === "timeout",
        aborted: execution.stopped === "abort",
        ...(stoppedFor && { stoppedFor }),
        output: buffer.text(),
        truncated: buffer.truncated,
        outputFile: buffer.truncated ? outputFile : null,
        durationMs: performance.now() - startedAt,
      };
      // First: a journal that can't be written (no disk, no directory) must not leave a call that never ends.
      this.running.delete(input.callId);
      this.journal.write({ callId: input.callId, state: "finished", result: value });
      if (buffer.truncated) pruneOutputs(this.config.outputs, this.config.outputFileMaxBytes * keptOutputs);
      this.endStrays();
      // After the answer.
      setImmediate(() => this.spares.prepare(plain));
      return value;
    });
    const execution: Execution = { command, result, listeners, stopped: null };
    this.running.set(input.callId, execution);
    return execution;
  }

  /** Without a process namespace a daemon can outlive its call; when no call is left, neither may anything else be. */
  private endStrays(): void {
    if (this.config.nesting || this.running.size > 0) return;
    const all = listProcesses();
    const ours = new Set([process.pid, ...descendantsOf(process.pid, all)]);
    // What a call leaves behind becomes the child of the container's init.
    for (const pid of descendantsOf(1, all)) if (!ours.has(pid)) signal(pid, "SIGKILL");
  }
}

/** Where commands share the agent's namespaces nothing would hold such a command back: it is not run rather than run freely. */
function refuseUnheld(config: AgentConfig, input: ExecInput): void {
  if (config.nesting) return;
  const isLoose = input.readOnly && config.held?.readOnly !== true;
  if (!isLoose && (input.network !== "none" || config.held?.offline === true)) return;
  const what = isLoose ? "with a read-only workspace" : "without the network that its sandbox has";
  throw new Refusal("BAD_REQUEST", `This sandbox can't run a command ${what}: its driver has no way to hold it to that. It was not run.`);
}

function interrupted(durationMs: number): ExecResult {
  return {
    exitCode: null,
    signal: null,
    timedOut: false,
    aborted: false,
    interrupted: true,
    output:
      "The sandbox stopped while this command was running. What it had done by then is unknown, and it was not run again: look at the workspace before going on.",
    truncated: false,
    outputFile: null,
    durationMs: Math.max(0, durationMs),
  };
}

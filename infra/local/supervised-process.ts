import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ChildOutput } from "./child-output.ts";
import { say } from "./say.ts";
import { root } from "./settings.ts";

export interface ProcessPlan {
  readonly name: string;
  /** Arguments for Node: the file and its own arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take to stop in order before it is killed. */
  readonly graceMs: number;
  /** Set for a process that everything else needs: when it ends before it said "ready", it is not started again. */
  readonly mustSayReady?: boolean;
}

const firstDelayMs = 250;
const maxDelayMs = 10_000;
/** Whoever has run this long is given a fresh count of attempts. */
const steadyAfterMs = 20_000;

/** A process that is started again, with growing delays, whenever it ends by itself. */
export class SupervisedProcess {
  readonly #plan: ProcessPlan;
  readonly #output: ChildOutput;
  #child: ChildProcess | null = null;
  #isStopping = false;
  #attempt = 0;
  #startedAtMs = 0;
  #restart: NodeJS.Timeout | undefined;
  #hasBeenReady = false;

  constructor(plan: ProcessPlan, logDirectory: string) {
    this.#plan = plan;
    this.#output = new ChildOutput(logDirectory, plan.name);
  }

  get name(): string {
    return this.#plan.name;
  }

  /** The process number, or null while it is between two lives. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    this.#startedAtMs = performance.now();
    const follow = join(root, "infra/local/follow-parent.mjs");
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", follow, ...this.#plan.args], {
      cwd: root,
      env: { ...this.#plan.env, SUPERVISOR_PID: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Its own group: a terminal's Ctrl-C is for the supervisor, which stops everybody in order.
      detached: true,
    });
    this.#child = child;
    if (child.stdout) this.#output.follow(child.stdout);
    if (child.stderr) this.#output.follow(child.stderr);
    child.once("exit", (code, signal) => this.#ended(child, code, signal));
    child.on("error", (error) => say.fail(`${this.name}: ${error.message}`));
  }

  /** Resolves when the process says that it is ready; rejects with its last lines when it ends instead. */
  async saysReady(): Promise<void> {
    const child = this.#child;
    if (!child) throw new Error(`${this.name} does not run`);
    await new Promise<void>((resolve, reject) => {
      child.on("message", (message) => message === "ready" && resolve());
      child.once("exit", () => reject(new Error(`The ${this.name} did not start.\n${this.#output.tail().join("\n")}`)));
    });
    this.#hasBeenReady = true;
  }

  /** SIGTERM, and SIGKILL to its whole group when its time is up. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child?.pid === undefined) return this.#output.close();
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => {
      say.warn(`${this.name} did not stop within ${this.#plan.graceMs / 1000} s and was killed`);
      this.#killGroup(child);
    }, this.#plan.graceMs);
    await exited;
    clearTimeout(kill);
    this.#killGroup(child);
    this.#output.close();
  }

  #killGroup(child: ChildProcess): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nobody of the group is left.
    }
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = null;
    if (this.#isStopping) return;
    this.#killGroup(child);
    if (this.#plan.mustSayReady && !this.#hasBeenReady) return;
    if (performance.now() - this.#startedAtMs > steadyAfterMs) this.#attempt = 0;
    const delayMs = Math.min(firstDelayMs * 2 ** this.#attempt++, maxDelayMs);
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    say.warn(`${this.name} ${how}; it starts again in ${delayMs / 1000} s`);
    if (!signal) for (const line of this.#output.tail().slice(-6)) say.plain(`    ${line}`);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

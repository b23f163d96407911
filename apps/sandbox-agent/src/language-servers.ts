import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { watchLimits } from "./limit-watch.ts";
import { LineSplitter } from "./line-splitter.ts";
import { signal } from "./processes.ts";
import { Refusal } from "./refusal.ts";
import { commandEnvironment, spawnConfined, stopConfined } from "./run-command.ts";

interface Kept {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (answer: string) => void>;
  usedAt: number;
  idle: NodeJS.Timeout | undefined;
}

const maxKept = 3;
/** language-tools keeps its answers shorter (maxAnswerBytes) */
const maxLineBytes = 8 * 1024 * 1024;

/**
 * Language servers that stay between questions, one for each way to start one: confined as commands are, without a network,
 * stopped when nobody has asked for a while. One that crashed is started again by the next question.
 */
export class LanguageServers {
  private readonly kept = new Map<string, Kept>();
  private readonly config: AgentConfig;
  private lastId = 0;

  constructor(config: AgentConfig) {
    this.config = config;
  }

  /** Answers JSON. The question is what language-tools takes; its part `server` says which one is asked. */
  async ask(body: Buffer, { timeoutMs, idleMs }: { readonly timeoutMs: number; readonly idleMs: number }): Promise<string> {
    const question = parse(body);
    const { server } = question;
    const key = createHash("sha256")
      .update(JSON.stringify(server ?? null))
      .digest("hex");
    const one = this.kept.get(key) ?? this.start(key);
    const id = ++this.lastId;
    one.usedAt = performance.now();
    clearTimeout(one.idle);
    const answer = new Promise<string>((resolve) => one.waiting.set(id, resolve));
    // language-tools keeps the time itself; this is for one that is stuck.
    const stuck = setTimeout(() => this.stop(key, one), timeoutMs + 2_000);
    one.child.stdin?.write(`${JSON.stringify({ id, request: question })}\n`);
    try {
      return await answer;
    } finally {
      clearTimeout(stuck);
      one.usedAt = performance.now();
      clearTimeout(one.idle);
      if (one.waiting.size === 0) one.idle = setTimeout(() => this.stop(key, one), idleMs).unref();
    }
  }

  private start(key: string): Kept {
    const oldest = [...this.kept].sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
    if (oldest && this.kept.size >= maxKept) this.stop(...oldest);
    const program = join(import.meta.dirname, "language-tools.mjs");
    const input = { command: `exec node ${program} serve`, cwd: this.config.workspace, readOnly: false } as const;
    const child = spawnConfined(
      this.config,
      { ...input, network: this.config.nesting ? "none" : "shared", ownDevices: true },
      { stdio: ["pipe", "pipe", "pipe"], environment: { ...commandEnvironment(this.config), TERM: "dumb" } },
    );
    const one: Kept = { child, waiting: new Map(), usedAt: performance.now(), idle: undefined };
    this.kept.set(key, one);
    const unwatch = watchLimits(this.config, child.pid ?? -1, () => this.stop(key, one), "kept");
    child.stderr?.resume();
    child.stdin?.on("error", () => undefined);
    const splitter = new LineSplitter(maxLineBytes);
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = splitter.push(chunk);
      for (const line of lines ?? []) take(one, line);
      if (lines !== null) return;
      child.stdout?.destroy();
      this.stop(key, one);
    });
    const end = () => {
      // What it has started goes with it, also where its namespaces don't see to that.
      if (child.pid !== undefined) signal(-child.pid, "SIGKILL");
      unwatch();
      clearTimeout(one.idle);
      if (this.kept.get(key) === one) this.kept.delete(key);
      for (const resolve of one.waiting.values()) resolve(ended);
      one.waiting.clear();
    };
    child.once("error", end);
    child.once("exit", end);
    return one;
  }

  private stop(key: string, one: Kept): void {
    if (this.kept.get(key) === one) this.kept.delete(key);
    stopConfined(this.config, one.child);
    one.child.stdin?.end();
  }
}

const ended = JSON.stringify({ state: "failed", message: "it ended while it was asked" });

/** `<id> <JSON>`; everything else is no answer. */
function take({ waiting }: Kept, line: string): void {
  const [, id, answer] = /^(\d+) (\{.*\})$/s.exec(line) ?? [];
  const resolve = waiting.get(Number(id));
  if (!resolve || answer === undefined) return;
  waiting.delete(Number(id));
  resolve(answer);
}

function parse(body: Buffer): { readonly server?: unknown } {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refusal("BAD_REQUEST", "The question is not JSON.");
  }
}

import type { AgentConfig, AgentRequest } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import type { ProxyPorts } from "./proxy-ports.ts";
import { Refusal } from "./refusal.ts";
import { Terminal } from "./terminal.ts";

type TerminalRequest = Extract<AgentRequest, { op: `terminal-${string}` }>;
interface Answer {
  readonly result: unknown;
  readonly body?: Buffer;
}

const maxTerminals = 4;
const maxReadBytes = 64 * 1024;
const maxWaitingInputBytes = 256 * 1024;
/** After its last viewer has gone a shell is kept for this long. */
const unseenMs = 10 * 60_000;
const sweepMs = 15_000;

/** The sandbox's interactive shells, by name. */
export class Terminals {
  private readonly open = new Map<string, Terminal>();
  private readonly config: AgentConfig;
  private readonly proxies: ProxyPorts;

  constructor(config: AgentConfig, proxies: ProxyPorts) {
    this.config = config;
    this.proxies = proxies;
    setInterval(() => this.sweep(), sweepMs).unref();
  }

  /** How many shells run. */
  get running(): number {
    return [...this.open.values()].filter((terminal) => !terminal.ended).length;
  }

  async answer(request: TerminalRequest, body: Buffer): Promise<Answer> {
    const { name } = request;
    if (request.op === "terminal-open") return { result: this.openOne(name, sizeOf(request)) };
    const terminal = this.open.get(name);
    if (request.op === "terminal-read")
      return terminal ? read(terminal, request) : { result: { state: "none", shell: "", offset: 0, exitCode: null } };
    if (!terminal) throw new Refusal("NOT_FOUND", "This terminal is not open.");
    terminal.lastSeenAt = performance.now();
    if (request.op === "terminal-write") {
      if (terminal.waitingBytes + body.length > maxWaitingInputBytes)
        throw new Refusal("PAYLOAD_TOO_LARGE", "The terminal does not take its input. Wait, or close it.");
      terminal.write(body);
    }
    if (request.op === "terminal-resize") {
      const { cols, rows } = sizeOf(request);
      terminal.resize(cols, rows);
    }
    if (request.op === "terminal-close") terminal.close();
    return { result: null };
  }

  private openOne(name: string, size: { cols: number; rows: number }): { created: boolean } {
    const known = this.open.get(name);
    if (known && !known.ended) {
      known.lastSeenAt = performance.now();
      return { created: false };
    }
    if (this.running >= maxTerminals) throw new Refusal("BAD_REQUEST", `At most ${maxTerminals} terminals are open in a sandbox.`);
    this.open.set(name, new Terminal(this.config, size, this.proxies.take(`terminal-${name}`)));
    return { created: true };
  }

  private sweep(): void {
    for (const [name, terminal] of this.open) {
      if (performance.now() - terminal.lastSeenAt < unseenMs) continue;
      terminal.close();
      if (terminal.ended) this.open.delete(name);
    }
  }
}

async function read(terminal: Terminal, request: { shell: string; after: number; waitMs: number }): Promise<Answer> {
  terminal.lastSeenAt = performance.now();
  const after = request.shell === terminal.id ? request.after : 0;
  if (!terminal.ended) await terminal.output.wait(after, request.waitMs);
  terminal.lastSeenAt = performance.now();
  const { offset, body } = terminal.output.read(after, maxReadBytes);
  const isWhole = offset + body.length === terminal.output.end;
  return { result: { state: terminal.ended && isWhole ? "ended" : "open", shell: terminal.id, offset, exitCode: terminal.exitCode }, body };
}

function sizeOf({ cols, rows }: { cols: number; rows: number }): { cols: number; rows: number } {
  const bounded = (value: number) => Math.max(2, Math.min(Math.trunc(Number(value)) || 80, 500));
  return { cols: bounded(cols), rows: bounded(rows) };
}

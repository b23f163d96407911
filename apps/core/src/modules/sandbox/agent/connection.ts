import type { Duplex } from "node:stream";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { type AgentCall, type AgentReply, agentReplySchema, helloResultSchema } from "./protocol.ts";

/** The way to the agent was lost: the sandbox ended, or its agent was killed. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection to the sandbox was lost.");
  }
}

interface Pending {
  readonly resolve: (answer: { result: unknown; body: Buffer }) => void;
  readonly reject: (error: Error) => void;
  readonly onOutput: ((chunk: Buffer) => void) | undefined;
}

interface CallOptions {
  readonly body?: Uint8Array;
  readonly onOutput?: (chunk: Buffer) => void;
  /** Milliseconds after which the sandbox counts as unreachable. Infinity for calls that the agent itself limits. */
  readonly timeoutMs?: number;
}

/** Requests and answers over one stream to a sandbox-agent. */
export class AgentConnection {
  private readonly stream: Duplex;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private lost = false;
  private readonly read: (chunk: Buffer) => void;
  readonly closed: Promise<void>;
  /** The calls that were running when we said hello. */
  running: readonly string[] = [];

  constructor(stream: Duplex) {
    this.stream = stream;
    const reader = new FrameReader();
    let lose: () => void = () => undefined;
    this.read = (chunk) => {
      try {
        for (const { head, body } of reader.push(chunk)) this.take(agentReplySchema.parse(head), body);
      } catch {
        lose();
      }
    };
    this.closed = new Promise((resolve) => {
      lose = () => {
        if (this.lost) return;
        this.lost = true;
        for (const call of this.pending.values()) call.reject(new ConnectionLost());
        this.pending.clear();
        stream.destroy();
        resolve();
      };
      stream.once("close", lose);
      stream.once("end", lose);
      stream.once("error", lose);
      stream.on("data", this.read);
    });
  }

  get open(): boolean {
    return !this.lost;
  }

  /** Proves that we are the worker. */
  async hello(secret: string): Promise<void> {
    const answer = await this.call({ op: "hello", secret }, { timeoutMs: 5_000 });
    this.running = helloResultSchema.parse(answer.result).running;
  }

  /** Throws ConnectionLost, or an AppError with the agent's own refusal. */
  call(call: AgentCall, options: CallOptions = {}): Promise<{ result: unknown; body: Buffer }> {
    if (this.lost) return Promise.reject(new ConnectionLost());
    const id = ++this.lastId;
    const timeoutMs = options.timeoutMs ?? limits.sandbox.callTimeoutMs;
    return new Promise((resolve, reject) => {
      const timer = Number.isFinite(timeoutMs) ? setTimeout(() => this.giveUp(id), timeoutMs) : undefined;
      this.pending.set(id, {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
        onOutput: options.onOutput,
      });
      this.stream.write(encodeFrame({ ...call, id }, options.body));
    });
  }

  close(): void {
    this.stream.destroy();
  }

  /** Joins this connection with a port of the sandbox: it is the returned stream then and takes no more calls. NOT_FOUND: nothing listens there. */
  async tunnel(port: number): Promise<Duplex> {
    await this.call({ op: "tunnel", port }, { timeoutMs: limits.preview.tunnelTimeoutMs });
    this.stream.off("data", this.read);
    this.lost = true;
    this.stream.write("\n"); // nothing of the other side comes before it
    return this.stream;
  }

  private giveUp(id: number): void {
    const call = this.pending.get(id);
    this.pending.delete(id);
    call?.reject(
      new AppError("UNAVAILABLE", "The sandbox did not answer in time. Its processes may be stuck; the call can be tried again.", {
        retryAfterSeconds: 5,
      }),
    );
    this.close(); // whoever calls next makes a new one, or finds that the agent is stuck for good and starts it again
  }

  private take(reply: AgentReply, body: Buffer): void {
    const call = this.pending.get(reply.id);
    if (!call) return;
    if (reply.kind === "output") {
      call.onOutput?.(body);
      return;
    }
    this.pending.delete(reply.id);
    if (reply.kind === "done") call.resolve({ result: reply.result, body });
    else call.reject(new AppError(reply.code, reply.message));
  }
}

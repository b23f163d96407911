import { createHash, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import type { Backend, Lease } from "./backend.ts";
import { ConnectionStatements } from "./shared-statements.ts";
import { errorAnswer, type Frame, passwordOf, passwordQuestion, readFrames, readGreeting, startupAnswer } from "./wire.ts";

/** A transaction that nobody continues would hold everybody up; after this it is rolled back and its connection cut. */
const maxIdleInTransactionMs = 60_000;
/** What somebody may send who was not let in yet. */
const maxGreetingBytes = 10_000;

/** After one of these the backend answers and may become idle; everything before it only makes sense together with it. */
const endsBatch = new Set(["Q", "S", "F", "H", "c", "f"]);

/** One client: collects its messages into batches, holds the backend while a query or transaction is open. */
export class Connection {
  readonly #socket: Socket;
  readonly #backend: Backend;
  readonly #serverVersion: string;
  readonly #password: string | null;
  readonly #statements: ConnectionStatements;
  #buffer: Buffer = Buffer.alloc(0);
  #hasStarted = false;
  #isLetIn = false;
  #batch: Frame[] = [];
  #work: Promise<void> = Promise.resolve();
  #lease: Lease | null = null;
  #isCopying = false;
  #isOpen = true;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, backend: Backend, { serverVersion, password }: { serverVersion: string; password: string | null }) {
    this.#socket = socket;
    this.#backend = backend;
    this.#serverVersion = serverVersion;
    this.#password = password;
    this.#statements = new ConnectionStatements(backend.statements);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => this.cut());
    socket.on("close", () => this.cut());
  }

  /** Ends the connection; what it left open is rolled back. */
  cut(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#idleTimer);
    this.#socket.destroy();
    this.#work = this.#work.then(() => this.#giveBack());
  }

  #read(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (!this.#isLetIn && this.#buffer.length > maxGreetingBytes) {
      this.#refuse();
      return;
    }
    while (!this.#hasStarted) {
      const greeting = readGreeting(this.#buffer);
      if (greeting.kind === "incomplete") return;
      this.#buffer = this.#buffer.subarray(greeting.length);
      if (greeting.kind === "refuse-encryption") this.#socket.write("N");
      else if (greeting.kind === "startup") {
        this.#hasStarted = true;
        if (this.#password === null) this.#letIn();
        else this.#socket.write(passwordQuestion);
      } else {
        this.cut();
        return;
      }
    }
    const { frames, rest } = readFrames(this.#buffer);
    this.#buffer = rest;
    for (const frame of frames) this.#collect(frame);
  }

  #letIn(): void {
    this.#isLetIn = true;
    this.#socket.write(startupAnswer(this.#serverVersion));
  }

  #collect(frame: Frame): void {
    if (!this.#isLetIn) {
      if (frame.type === "p" && this.#password !== null && isSame(passwordOf(frame), this.#password)) this.#letIn();
      else this.#refuse();
      return;
    }
    if (frame.type === "X") {
      this.cut();
      return;
    }
    this.#batch.push(frame);
    if (!endsBatch.has(frame.type) && !(this.#isCopying && frame.type === "d")) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#work = this.#work.then(() => this.#run(batch));
  }

  async #run(batch: readonly Frame[]): Promise<void> {
    if (!this.#isOpen) return;
    clearTimeout(this.#idleTimer);
    try {
      this.#lease ??= await this.#backend.lease((answers) => {
        if (this.#isOpen) this.#socket.write(answers);
      });
      const { state, hasFailed } = await this.#lease.send(this.#statements.translate(batch));
      if (hasFailed) this.#statements.fail();
      this.#isCopying = state === "copying";
      if (state === "idle") await this.#giveBack();
      else if (this.#isOpen) this.#idleTimer = setTimeout(() => this.#giveUp(), maxIdleInTransactionMs).unref();
    } catch (error) {
      await this.#giveBack();
      if (this.#isOpen) this.#socket.write(errorAnswer("XX000", error instanceof Error ? error.message : String(error)));
      this.cut();
    }
  }

  #refuse(): void {
    if (!this.#isOpen) return;
    this.#socket.write(errorAnswer("28P01", "password authentication failed"));
    this.cut();
  }

  #giveUp(): void {
    if (this.#isOpen) this.#socket.write(errorAnswer("25P03", "terminating connection due to idle-in-transaction timeout"));
    this.cut();
  }

  async #giveBack(): Promise<void> {
    const lease = this.#lease;
    this.#lease = null;
    await lease?.release();
  }
}

function isSame(given: string, password: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(password));
}

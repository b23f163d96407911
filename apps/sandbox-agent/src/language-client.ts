import { type ChildProcess, spawn } from "node:child_process";

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One language server over stdio. */
export class LanguageClient {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly handlers = new Map<string, (params: unknown) => void>();
  private pending = Buffer.alloc(0);
  private lastId = 0;
  private complaint = "";
  private isOver = false;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    const [file = "", ...args] = command;
    const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
    this.child = spawn("env", [...variables, file, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    const end = (reason: string) => {
      this.isOver = true;
      for (const { reject } of this.waiting.values()) reject(new Error(`${file} ${reason}. ${this.complaint.trim().slice(-500)}`.trim()));
      this.waiting.clear();
    };
    this.child.once("error", (error) => end(`could not be started: ${error.message}`));
    this.child.once("exit", (code) => end(`ended with ${code}`));
    this.child.stdin?.on("error", () => undefined);
    this.child.stdout?.on("data", (chunk: Buffer) => this.take(chunk));
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk.toString("utf8")).slice(-2_000);
    });
  }

  on(method: string, handler: (params: unknown) => void): void {
    this.handlers.set(method, handler);
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  request(method: string, params: unknown): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    if (this.isOver) return Promise.reject(new Error(`the server has ended. ${this.complaint.trim().slice(-500)}`.trim()));
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ id, method, params });
    return answer;
  }

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  private send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.child.stdin?.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  private take(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (;;) {
      const headEnd = this.pending.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.pending.toString("latin1", 0, headEnd))?.[1] ?? "0");
      const end = headEnd + 4 + length;
      if (this.pending.length < end) return;
      const text = this.pending.toString("utf8", headEnd + 4, end);
      this.pending = this.pending.subarray(end);
      this.receive(JSON.parse(text));
    }
  }

  private receive(message: Message): void {
    if (message.method !== undefined) {
      this.handlers.get(message.method)?.(message.params);
      if (message.id !== undefined) this.answer(message.method, message.id, message.params);
      return;
    }
    const waiting = typeof message.id === "number" ? this.waiting.get(message.id) : undefined;
    if (!waiting || typeof message.id !== "number") return;
    this.waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(message.error.message ?? "the server refused"));
    else waiting.resolve(message.result);
  }

  /** What a server asks of its editor: there is none, so it gets the plainest answer. */
  private answer(method: string, id: number | string, params: unknown): void {
    const items = params !== null && typeof params === "object" && "items" in params && Array.isArray(params.items) ? params.items : [];
    const result = method === "workspace/configuration" ? items.map(() => ({})) : null;
    this.send({ id, result });
  }
}

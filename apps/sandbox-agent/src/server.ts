import { timingSafeEqual } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { AgentConfig, AgentRequest } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { Executions } from "./executions.ts";
import { list, readFile, stat, writeFile } from "./files.ts";
import { encodeFrame, type Frame, FrameReader } from "./frames.ts";
import { Journal } from "./journal.ts";
import type { LanguageServers } from "./language-servers.ts";
import { namedPath, openConfined, shown } from "./paths.ts";
import { Refusal } from "./refusal.ts";
import type { Terminals } from "./terminals.ts";
import { connectPort, joinStreams } from "./tunnel.ts";

/** Listens on the socket until it is told to shut down, or until nobody has spoken to it for its idle time. */
export async function serve(config: AgentConfig): Promise<void> {
  const journal = new Journal(join(config.control, "journal"));
  const executions = new Executions(config, journal);
  // What the first command doesn't need is loaded when it is asked for: the agent answers earlier.
  let opened: Terminals | null = null;
  const terminals = async () => {
    const loaded = await import("./terminals.ts");
    opened ??= new loaded.Terminals(config, executions.proxies);
    return opened;
  };
  let asked: LanguageServers | null = null;
  const languages = async () => {
    const loaded = await import("./language-servers.ts");
    asked ??= new loaded.LanguageServers(config);
    return asked;
  };
  const ripgrep = ["/usr/bin/rg", "/usr/local/bin/rg"].find((file) => existsSync(file)) ?? null;
  const tools = { roots: { workspace: config.workspace, outputs: config.outputs }, ripgrep };
  let lastHeardAt = performance.now();
  const server = createServer((socket) => {
    let trusted = false;
    converse(socket, async (request, body, reply) => {
      lastHeardAt = performance.now();
      if (request.op === "hello") {
        trusted = sameSecret(request.secret, config.secret);
        if (!trusted) throw new Refusal("BAD_REQUEST", "wrong secret");
        return { result: { pid: process.pid, running: executions.runningCallIds } };
      }
      if (!trusted) {
        socket.destroy();
        throw new Refusal("BAD_REQUEST", "say hello first");
      }
      return answer({ config, executions, journal, terminals, languages, tools }, request, body, reply);
    });
  });
  setInterval(
    () => {
      const isIdle = executions.runningCallIds.length === 0 && (opened?.running ?? 0) === 0;
      // Without its socket nobody can speak to it any more: its directories were removed.
      if ((isIdle && performance.now() - lastHeardAt > config.idleMs) || !existsSync(config.socket)) process.exit(0);
    },
    Math.min(config.idleMs, 5_000),
  );
  rmSync(config.socket, { force: true });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(config.socket, resolve));
}

interface Services {
  readonly config: AgentConfig;
  readonly executions: Executions;
  readonly journal: Journal;
  readonly terminals: () => Promise<Terminals>;
  readonly languages: () => Promise<LanguageServers>;
  readonly tools: { readonly roots: { workspace: string; outputs: string }; readonly ripgrep: string | null };
}

interface Answer {
  readonly result: unknown;
  readonly body?: Buffer;
  /** the connection goes on as a plain stream to this one */
  readonly joinedWith?: Socket;
}

async function answer(
  { config, executions, journal, terminals, languages, tools }: Services,
  request: Exclude<AgentRequest, { op: "hello" }>,
  body: Buffer,
  output: (chunk: Buffer) => void,
): Promise<Answer> {
  const { roots } = tools;
  switch (request.op) {
    case "ping":
      return { result: null };
    case "exec":
      return { result: await executions.run({ ...request, cwd: workingDirectory(config, request.cwd), stdin: body }, output) };
    case "cancel":
      executions.cancel(request.callId);
      return { result: null };
    case "read": {
      const { content, ...result } = readFile(roots, request.path, request.maxBytes);
      return { result, body: content };
    }
    case "write": {
      const entry = journal.read(request.callId);
      if (entry?.state === "written") return { result: entry.stat };
      if (entry) throw new Refusal("BAD_REQUEST", "This call id belongs to another kind of call.");
      const result = writeFile(roots, request.path, body);
      journal.write({ callId: request.callId, state: "written", stat: result });
      return { result };
    }
    case "journaled": {
      const entry = journal.read(request.callId);
      return { result: entry?.state === "written" ? entry.stat : null };
    }
    case "stat":
      return { result: stat(roots, request.path) };
    case "list":
      return { result: list(roots, request.path, request.maxEntries) };
    case "glob":
    case "grep":
      return { result: await (await import("./search-apart.ts")).search(tools, request) };
    case "terminal-open":
    case "terminal-resize":
    case "terminal-read":
    case "terminal-write":
    case "terminal-close":
      return (await terminals()).answer(request, body);
    case "language":
      return { result: null, body: Buffer.from(await (await languages()).ask(body, request)) };
    case "ports":
      return { result: (await import("./ports.ts")).listPorts().filter((port) => !executions.proxies.owns(port)) };
    case "tunnel":
      if (executions.proxies.owns(request.port)) throw new Refusal("NOT_FOUND", `Nothing listens on port ${request.port}.`);
      return { result: null, joinedWith: await connectPort(request.port) };
    case "shutdown":
      setImmediate(() => process.exit(0));
      return { result: null };
  }
}

function workingDirectory(config: AgentConfig, cwd: string): string {
  const roots = { workspace: config.workspace, outputs: config.workspace };
  const opened = openConfined(roots, cwd);
  if (!opened?.stats.isDirectory()) throw new Refusal("BAD_REQUEST", `The working directory "${shown(cwd)}" is not there.`);
  return namedPath(roots, cwd);
}

const maxWaitingBytes = 1024 * 1024;

type Handler = (request: AgentRequest, body: Buffer, output: (chunk: Buffer) => void) => Promise<Answer>;

function converse(socket: Socket, handle: Handler): void {
  const reader = new FrameReader();
  const send = (head: unknown, body?: Buffer) => {
    if (socket.writable) socket.write(encodeFrame(head, body));
  };
  const take = async (frame: Frame) => {
    const request = frame.head as AgentRequest;
    const { id } = request;
    try {
      // A worker that reads slowly misses live output, not the result: what waits for it must not fill our memory.
      const live = (chunk: Buffer) => socket.writableLength < maxWaitingBytes && send({ id, kind: "output" }, chunk);
      const { result, body, joinedWith } = await handle(request, frame.body, live);
      send({ id, kind: "done", result }, body);
      if (joinedWith) joinStreams(socket, joinedWith, read);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : "INTERNAL";
      send({ id, kind: "error", code, message: error instanceof Error ? error.message.slice(0, 2_000) : "unknown error" });
    }
  };
  socket.on("error", () => socket.destroy());
  const read = (chunk: Buffer) => {
    try {
      for (const frame of reader.push(chunk)) void take(frame);
    } catch {
      socket.destroy();
    }
  };
  socket.on("data", read);
}

function sameSecret(given: unknown, expected: string): boolean {
  const a = Buffer.from(typeof given === "string" ? given : "");
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

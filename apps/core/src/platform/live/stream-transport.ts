import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { env } from "../env.ts";
import { internalHeaders } from "../internal-call.ts";
import { limits } from "../limits.ts";
import { logger } from "../logger.ts";
import { HintStream } from "./hint-stream.ts";
import type { LiveHint } from "./live-hint.ts";
import { deliverLive } from "./live-hub.ts";

// The embedded database carries no NOTIFY between connections. So the worker of the machine is where its processes meet:
// each of the others holds one stream to it, and what the worker hears from one it tells the rest.

/** Where the worker takes the streams of the machine's other processes: an HTTP upgrade, signed as its other internal calls. */
export const liveStreamPath = "/api/internal/live";
const protocol = "opencode-live";

interface Streams {
  /** at the worker: those of the others */
  readonly taken: Set<HintStream>;
  /** at the others: theirs to the worker, or what is being done about it */
  own: HintStream | "connecting" | null;
  /** what was said while it was connecting */
  waiting: LiveHint[];
  isListening: boolean;
}

// Next bundles routes apart and reloads them.
const holder = globalThis as { __opencodeLiveStreams?: Streams };

function streams(): Streams {
  holder.__opencodeLiveStreams ??= { taken: new Set(), own: null, waiting: [], isListening: false };
  return holder.__opencodeLiveStreams;
}

const isWorker = () => env().SERVICE_NAME === "worker";

/** Tells the machine's other processes. */
export function sendHint(hint: LiveHint): void {
  const { taken, own, waiting } = streams();
  if (isWorker()) {
    for (const stream of taken) stream.send(hint);
    return;
  }
  // By no class: another bundle has another one.
  if (own !== null && own !== "connecting") own.send(hint);
  else if (connect() && waiting.length < limits.live.waitingHints) waiting.push(hint);
}

/** Hears the others from now on; the worker does anyway. */
export function joinStream(): void {
  streams().isListening = true;
  connect();
}

/** False where there is nobody to connect to. */
function connect(): boolean {
  const state = streams();
  const origin = env().WORKER_INTERNAL_URL;
  if (isWorker() || !origin) return false;
  if (state.own !== null) return true;
  state.own = "connecting";
  const url = new URL(liveStreamPath, origin);
  const asked = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    headers: { ...internalHeaders(url.pathname, ""), connection: "Upgrade", upgrade: protocol },
    timeout: limits.live.connectTimeoutMs,
    agent: false,
  });
  const fail = (error: unknown) => {
    logger.debug({ err: error, url: url.href }, "live: the worker can't be reached; readers poll");
    lose();
  };
  asked.once("timeout", () => asked.destroy(new Error("no answer in time")));
  asked.once("error", fail);
  asked.once("response", (response) => asked.destroy(new Error(`answered ${response.statusCode}`)));
  asked.once("upgrade", (_response, socket, head) => {
    asked.off("error", fail);
    socket.setTimeout(0);
    // Whoever only says something is not kept from ending by it.
    socket.unref();
    const stream = new HintStream(socket, { onHint: deliverLive, onEnd: lose });
    state.own = stream;
    if (head.length > 0) socket.unshift(head);
    for (const hint of state.waiting.splice(0)) stream.send(hint);
  });
  asked.end();
  return true;
}

function lose(): void {
  const state = streams();
  state.own = null;
  state.waiting = [];
  if (state.isListening) setTimeout(connect, limits.live.reconnectMs).unref();
}

/** The worker's side, for a request whose signature was checked. */
export function takeStream(socket: Duplex, head: Buffer): void {
  const { taken } = streams();
  const stream = new HintStream(socket, {
    onHint: (hint) => {
      deliverLive(hint);
      for (const other of taken) if (other !== stream) other.send(hint);
    },
    onEnd: () => taken.delete(stream),
  });
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
  taken.add(stream);
  if (head.length > 0) socket.unshift(head);
}

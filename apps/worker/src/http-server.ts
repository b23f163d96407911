import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { answerPortTunnel, portTunnelPath } from "@opencode/core/modules/sandbox/index.ts";
import { inngest } from "@opencode/core/platform/events/inngest.ts";
import { isInternalCall } from "@opencode/core/platform/internal-call.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { liveStreamPath, takeStream } from "@opencode/core/platform/live/stream-transport.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { serve } from "inngest/node";
import { functions } from "./functions.ts";
import { readWorkerHealth } from "./health.ts";
import { answerInternalCall, isInternalPath } from "./internal-calls.ts";
import { passOn } from "./pass-on.ts";

export interface WorkerServer {
  readonly server: Server;
  drain(): void;
}

/** The worker's HTTP side: the durable functions for the engine, the streams of live hints, tunnels, and health. */
export function createWorkerServer(origin: string): WorkerServer {
  let isDraining = false;
  const durable = serve({ client: inngest, functions, serveOrigin: origin, servePath: "/api/inngest" });
  const server = createServer((request, response) => {
    route(request, response, durable, isDraining).catch((error: unknown) => {
      logger.error({ err: error, url: request.url }, "worker: a request failed");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head).catch((error: unknown) => {
      logger.warn({ err: error }, "worker: a connection could not be taken");
      socket.destroy();
    });
  });
  // A step may take as long as its command.
  server.requestTimeout = 0;
  server.timeout = 0;
  return {
    server,
    drain: () => {
      isDraining = true;
    },
  };
}

async function route(request: IncomingMessage, response: ServerResponse, durable: RequestListener, isDraining: boolean): Promise<void> {
  const path = request.url?.split("?")[0];
  if (path === "/api/inngest") {
    if (isDraining) return end(response, 503);
    const own = await passOn(request, response);
    if (own) durable(own, response);
    return;
  }
  if (path === "/health" && request.method === "GET") return sendJson(response, await readWorkerHealth(isDraining));
  if (path && isInternalPath(path) && request.method === "POST") {
    const body = await readBody(request);
    if (body === null) return end(response, 413);
    const answer = await answerInternalCall(request.headers, path, body);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
    return;
  }
  end(response, 404);
}

async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const path = request.url ?? "";
  const [name, query = ""] = path.split("?");
  const isOurs = isInternalCall(request.headers, path, "");
  if (isOurs && name === portTunnelPath) return answerPortTunnel(new URLSearchParams(query), socket, head);
  if (isOurs && name === liveStreamPath) return takeStream(socket, head);
  socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer: Buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > limits.request.maxBodyBytes * 4) return null;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sendJson(response: ServerResponse, body: { status: string }): void {
  response.writeHead(body.status === "up" ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}

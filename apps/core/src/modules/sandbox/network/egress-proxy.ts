import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { logger } from "../../../platform/logger.ts";
import { type NetworkRules, parseTarget, refusalOf, type Target } from "./network-rules.ts";
import { UnreachableTarget } from "./unreachable-target.ts";

export interface EgressLimits {
  readonly connections: number;
  readonly headerBytes: number;
  readonly headerTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly lifeMs: number;
  readonly bytesPerConnection: number;
}

interface EgressOptions {
  /** asked for every request: a policy that was changed holds from the next one on */
  readonly rules: () => Promise<NetworkRules>;
  readonly connect: (target: Target) => Promise<Socket>;
  readonly onBlocked: (blocked: { callId: string; host: string; port: number; reason: string }) => void;
  readonly limits: EgressLimits;
}

export interface EgressProxy {
  /** Serves one connection of a sandbox's command: one request, or one tunnel. */
  serve(socket: Socket, callId: string): void;
  close(): void;
}

/**
 * An HTTP proxy for one sandbox: CONNECT, and plain http by absolute URLs. It never follows a redirect: whoever follows it
 * asks again, and is checked again. A tunnel's bytes are not looked into.
 */
export function egressProxy(options: EgressOptions): EgressProxy {
  const { limits } = options;
  const open = new Map<Duplex, { callId: string; headerTimer: NodeJS.Timeout; lifeTimer: NodeJS.Timeout }>();
  const server = createServer({ maxHeaderSize: limits.headerBytes, insecureHTTPParser: false });
  server.maxRequestsPerSocket = 1;
  server.timeout = limits.idleTimeoutMs;

  const headerArrived = (socket: Duplex): string => {
    const entry = open.get(socket);
    clearTimeout(entry?.headerTimer);
    return entry?.callId ?? "";
  };
  const admit = async (target: Target, callId: string): Promise<{ socket: Socket } | { status: number; text: string }> => {
    const reason = refusalOf(target, await options.rules());
    if (reason !== null) return blocked(options, callId, target, reason);
    try {
      return { socket: await options.connect(target) };
    } catch (error) {
      if (error instanceof UnreachableTarget && error.isPolicy) return blocked(options, callId, target, error.message);
      if (!(error instanceof UnreachableTarget)) logger.warn({ err: error, host: target.host }, "egress proxy: connecting failed");
      return { status: 502, text: error instanceof UnreachableTarget ? error.message : "the host can't be reached" };
    }
  };

  server.on("connect", (request, client, head) => {
    client.on("error", () => client.destroy());
    const callId = headerArrived(client);
    const target = parseTarget(request.url ?? "");
    const answering = target ? admit(target, callId) : Promise.resolve({ status: 400, text: "CONNECT needs a host and a port" });
    answering.then(
      (answer) => ("socket" in answer ? tunnel(client, head, answer.socket, limits) : sayRaw(client, answer)),
      () => sayRaw(client, { status: 502, text: "the proxy failed" }),
    );
  });
  server.on("request", (request, response) => {
    const callId = headerArrived(request.socket);
    const target = targetOf(request);
    const answering = typeof target === "string" ? Promise.resolve({ status: 400, text: target }) : admit(target, callId);
    answering.then(
      (answer) => ("socket" in answer ? forward(request, response, answer.socket, limits) : say(response, answer)),
      () => say(response, { status: 502, text: "the proxy failed" }),
    );
  });
  server.on("clientError", (_error, socket) => sayRaw(socket, { status: 400, text: "this is no request that a proxy understands" }));

  return {
    serve: (socket, callId) => {
      if (open.size >= limits.connections) {
        sayRaw(socket, { status: 503, text: `more than ${limits.connections} connections at once` });
        return;
      }
      const headerTimer = setTimeout(() => socket.destroy(), limits.headerTimeoutMs);
      const lifeTimer = setTimeout(() => socket.destroy(), limits.lifeMs);
      for (const timer of [headerTimer, lifeTimer]) timer.unref();
      open.set(socket, { callId, headerTimer, lifeTimer });
      socket.once("close", () => {
        clearTimeout(headerTimer);
        clearTimeout(lifeTimer);
        open.delete(socket);
      });
      server.emit("connection", socket);
    },
    close: () => {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}

function blocked(options: EgressOptions, callId: string, target: Target, reason: string): { status: number; text: string } {
  options.onBlocked({ callId, ...target, reason });
  return { status: 403, text: `blocked by network policy: host ${target.host}:${target.port} (${reason})` };
}

/** The target of a request by absolute URL, or what is wrong with it. */
function targetOf(request: IncomingMessage): Target | string {
  const found = /^http:\/\/([^/?#]*)/i.exec(request.url ?? "");
  if (!found) return "this proxy takes CONNECT, and http:// by absolute URL";
  const authority = found[1] ?? "";
  if (authority.includes("@")) return "a user in the URL is not forwarded";
  const target = parseTarget(authority, 80);
  if (!target) return "the URL names no host";
  if (request.headersDistinct.host?.length !== 1) return "a request needs one Host header";
  const host = parseTarget(request.headers.host ?? "", 80);
  if (!host || host.host !== target.host || host.port !== target.port) return "the Host header names another host than the URL";
  return target;
}

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set((headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) || named.has(name) ? [] : [[name, value]],
    ),
  );
}

function forward(request: IncomingMessage, response: ServerResponse, upstream: Socket, limits: EgressLimits): void {
  const url = new URL(request.url ?? "");
  const outgoing = httpRequest({
    createConnection: () => upstream,
    method: request.method ?? "GET",
    path: `${url.pathname}${url.search}`,
    headers: { ...endToEnd(request.headers), connection: "close" },
    setHost: false,
    maxHeaderSize: limits.headerBytes * 4,
    timeout: limits.idleTimeoutMs,
  });
  const end = () => {
    upstream.destroy();
    response.destroy();
  };
  outgoing.on("timeout", end);
  outgoing.on("socket", (socket) => socket.resume()); // one that came by a proxy in between waits for whoever reads it
  outgoing.on("error", () => (response.headersSent ? end() : say(response, { status: 502, text: "the host gave no proper answer" })));
  outgoing.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), connection: "close" });
    countBytes(answer, limits.bytesPerConnection, end);
    answer.on("error", end);
    answer.pipe(response);
  });
  countBytes(request, limits.bytesPerConnection, end);
  request.on("error", end);
  response.on("close", () => upstream.destroy());
  request.pipe(outgoing);
}

function tunnel(client: Duplex, head: Buffer, upstream: Socket, limits: EgressLimits): void {
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const stream of [client, upstream]) {
    stream.on("error", end);
    stream.on("close", end);
    countBytes(stream, limits.bytesPerConnection, end);
  }
  upstream.setTimeout(limits.idleTimeoutMs, end);
  if (client.destroyed) {
    end();
    return;
  }
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) upstream.write(head);
  client.pipe(upstream);
  upstream.pipe(client);
}

function countBytes(stream: NodeJS.ReadableStream, most: number, stop: () => void): void {
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) stop();
  });
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden by network policy",
  502: "Bad Gateway",
  503: "Busy",
};

function say(response: ServerResponse, { status, text }: { status: number; text: string }): void {
  if (response.headersSent) return;
  response.writeHead(status, reasons[status] ?? "Error", { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(`${text}\n`);
}

function sayRaw(socket: Duplex, { status, text }: { status: number; text: string }): void {
  if (!socket.writable) return;
  const body = Buffer.from(`${text}\n`);
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.toString()}`,
  );
}

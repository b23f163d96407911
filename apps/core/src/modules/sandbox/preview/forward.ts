import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import { headersInwards, headersOutwards } from "./preview-headers.ts";

interface Way {
  readonly request: IncomingMessage;
  /** to the port in the sandbox */
  readonly stream: Duplex;
  readonly origin: string;
  readonly port: number;
}

/** One request in, one answer out, both as streams. Throws UNAVAILABLE where the sandbox's server gives no answer that is one. */
export async function forwardRequest({ request, response, stream, origin, port }: Way & { response: ServerResponse }): Promise<void> {
  const inner = httpRequest({
    createConnection: () => stream,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: { ...headersInwards(request.headers, { origin, port }), ...framing(request), connection: "close" },
    setHost: false,
  });
  const timer = setTimeout(() => inner.destroy(new Error("no answer in time")), limits.preview.answerTimeoutMs);
  response.once("close", () => stream.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    inner.once("response", resolve);
    inner.once("error", reject);
  });
  request.pipe(inner);
  let answer: IncomingMessage;
  try {
    answer = await answered;
  } catch (error) {
    throw new AppError("UNAVAILABLE", `The server on port ${port} gave no answer.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  inner.on("error", () => response.destroy());
  response.writeHead(answer.statusCode ?? 502, headersOutwards(answer.headers, { origin, port }));
  await pipeline(answer, response).catch(() => response.destroy());
}

/** A body whose length is not known is sent in chunks. */
function framing({ headers, method }: IncomingMessage): OutgoingHttpHeaders {
  const hasBody = headers["transfer-encoding"] !== undefined && method !== "GET" && method !== "HEAD";
  return hasBody ? { "transfer-encoding": "chunked" } : {};
}

/** A WebSocket: the sandbox's answer to the upgrade is passed on, then both sides are joined. */
export function forwardUpgrade({ request, socket, head, stream, origin, port }: Way & { socket: Duplex; head: Buffer }): void {
  const inner = httpRequest({
    createConnection: () => stream,
    method: "GET",
    path: request.url ?? "/",
    headers: { ...headersInwards(request.headers, { origin, port }), connection: "Upgrade", upgrade: "websocket" },
    setHost: false,
  });
  const end = () => {
    socket.destroy();
    stream.destroy();
  };
  // Before the joining nobody reads from the visitor: that he has left is not heard.
  const timer = setTimeout(end, limits.preview.answerTimeoutMs);
  const answered = () => clearTimeout(timer);
  inner.once("response", answered).once("upgrade", answered).once("close", answered);
  socket.once("close", end);
  stream.once("close", end);
  inner.once("error", end);
  inner.once("response", (answer) => {
    answer.resume();
    socket.end(`HTTP/1.1 ${answer.statusCode ?? 502} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  inner.once("upgrade", (answer: IncomingMessage, innerSocket: Duplex, innerHead: Buffer) => {
    const headers = { ...headersOutwards(answer.headers, { origin, port }), connection: "Upgrade", upgrade: "websocket" };
    const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`));
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
    if (innerHead.length > 0) socket.write(innerHead);
    if (head.length > 0) innerSocket.write(head);
    socket.pipe(innerSocket);
    innerSocket.pipe(socket);
  });
  inner.end();
}

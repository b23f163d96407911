import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../limits.ts";

/** A failed request: its status and a message for whoever made it. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One request with what the routes need of it. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  /** JSON text, sent as it is. */
  readonly json?: string;
}

export const replyJson = (value: unknown, status = 200): Reply => ({ status, json: JSON.stringify(value) });

/** Reads a body; throws a 413 beyond the limit. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > limits.request.maxBodyBytes) throw new HttpError(413, `the request is larger than ${limits.request.maxBodyBytes} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function send(response: ServerResponse, reply: Reply, kind: string): void {
  const body = Buffer.from(reply.json ?? "");
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": body.length,
    "x-inngest-server-kind": kind,
  });
  response.end(body);
}

import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, Agent as SecureAgent } from "node:https";
import { limits } from "../limits.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HttpCall {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly timeoutMs: number;
}

const agent = new Agent({ keepAlive: true, maxFreeSockets: 128, scheduling: "lifo" });
const secureAgent = new SecureAgent({ keepAlive: true, maxFreeSockets: 128, scheduling: "lifo" });

/**
 * One HTTP call on a kept-alive connection. A connection that the other side closed while it was idle is no failed
 * call: it is made once more on a new one.
 */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  try {
    return await callOnce(call);
  } catch (error) {
    if (error instanceof StaleSocketError) return callOnce(call);
    throw error;
  }
}

class StaleSocketError extends Error {}

function callOnce(call: HttpCall): Promise<HttpAnswer> {
  const url = new URL(call.url);
  const isSecure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const begunMs = performance.now();
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method: call.method,
      agent: isSecure ? secureAgent : agent,
      headers: { ...call.headers, "content-length": Buffer.byteLength(call.body) },
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${call.timeoutMs} ms`)), call.timeoutMs);
    request.once("response", (response) => {
      readBody(request, response).then(resolve, reject);
    });
    request.once("close", () => clearTimeout(timer));
    request.on("error", (error) => {
      const wasIdleSocket = request.reusedSocket && performance.now() - begunMs < 50 && "code" in error;
      const code = "code" in error ? error.code : undefined;
      reject(wasIdleSocket && (code === "ECONNRESET" || code === "EPIPE") ? new StaleSocketError() : error);
    });
    request.end(call.body);
  });
}

async function readBody(request: ClientRequest, response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > limits.call.maxResponseBytes) {
      request.destroy();
      throw new Error(`the answer is larger than ${limits.call.maxResponseBytes} bytes`);
    }
    chunks.push(part);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("utf8") };
}

/** Closes idle connections, for a clean end of the process. */
export function closeIdleConnections(): void {
  agent.destroy();
  secureAgent.destroy();
}

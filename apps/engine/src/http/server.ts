import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Machine } from "../machine.ts";
import { HttpError, readBody, replyJson, send } from "./reply.ts";
import { route } from "./routes.ts";

/** The engine's HTTP server, listening. */
export async function serve(machine: Machine): Promise<{ port: number; server: Server }> {
  const server = createServer((request, response) => void answer(machine, request, response));
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(machine.settings.port, machine.settings.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the engine's server has no port");
  return { port: address.port, server };
}

async function answer(machine: Machine, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { kind } = machine.settings;
  try {
    const url = new URL(incoming.url ?? "/", "http://engine");
    const body = await readBody(incoming);
    const request = { method: incoming.method ?? "GET", path: url.pathname, query: url.searchParams, headers: incoming.headers, body };
    send(response, await route(machine, request), kind);
  } catch (error) {
    if (!(error instanceof HttpError)) machine.log.error({ err: error, path: incoming.url }, "a request failed");
    const status = error instanceof HttpError ? error.status : 500;
    const message = error instanceof HttpError ? error.message : "the engine failed; its log says why";
    if (!response.headersSent) send(response, replyJson({ error: message, status }, status), kind);
  }
}

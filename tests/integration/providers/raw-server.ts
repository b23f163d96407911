import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface RawServer {
  readonly url: string;
  readonly requests: readonly { readonly headers: IncomingMessage["headers"]; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** A model server that answers what the test wants, byte for byte: for answers that no well-behaved stand-in gives. */
export async function rawServer(answer: (response: ServerResponse, request: IncomingMessage) => unknown): Promise<RawServer> {
  const requests: { headers: IncomingMessage["headers"]; body: Record<string, unknown> }[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      requests.push({ headers: request.headers, body: text ? JSON.parse(text) : {} });
      void answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers with server-sent events; strings are sent as they stand, everything else as JSON. `event` names them after their type, as Anthropic does. */
export function sendEvents(response: ServerResponse, events: readonly (string | Record<string, unknown>)[], end = true): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) {
    const name = typeof event === "object" && typeof event.type === "string" ? `event: ${event.type}\n` : "";
    response.write(`${name}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
  }
  if (end) response.end();
}

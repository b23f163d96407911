import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { anthropicEvents, awsFrame, refusedByAnthropic } from "./anthropic-wire.ts";
import { type ChatDialect, chatChunks, refusedByChat } from "./chat-wire.ts";
import { refusedByOpenAi, responsesEvents } from "./responses-wire.ts";
import { type PlacedStep, stepFor, type WireStep } from "./wire-script.ts";

export const wires = ["anthropic", "bedrock", "vertex", "openai", "azure", "compatible", "deepseek", "mistral", "google", "xai"] as const;
export type Wire = (typeof wires)[number];

export interface WireServer {
  /** the base address of one provider's stand-in */
  url(wire: Wire): string;
  /** where Google's accounts get their tokens */
  readonly tokenUrl: string;
  /** what the stand-ins have refused, as the providers would */
  readonly refused: readonly string[];
  readonly calls: readonly {
    readonly wire: Wire;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: unknown;
  }[];
  stop(): Promise<void>;
}

/**
 * The providers' wires side by side on one port, each below a folder of its own; all play the same script. They are as strict as
 * the providers: what those are known to refuse is refused here with 400.
 */
export async function startWireServer(steps: readonly WireStep[]): Promise<WireServer> {
  const refused: string[] = [];
  const calls: WireServer["calls"][number][] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const [, folder = "", ...rest] = (request.url ?? "").split("/");
    const path = rest.join("/");
    const wire = wires.find((one) => one === folder);
    if (folder === "token") return json(response, 200, { access_token: "token-of-google", expires_in: 3_600 });
    if (!wire) return json(response, 404, { error: { message: `no such provider: ${folder}` } });
    if (request.method === "GET") return json(response, 200, { data: modelNames[wire].map((id) => ({ id, object: "model" })) });
    const body: Record<string, unknown> = JSON.parse(text);
    if (body.max_tokens === 1) return json(response, 200, { content: [], choices: [] });
    calls.push({ wire, path, headers: request.headers, body });
    const problem = isKnown(wire, request) ? refusedBy(wire, body) : "unauthorized";
    if (problem) {
      refused.push(`${wire}: ${problem}`);
      const error = { error: { code: 400, message: problem, status: "INVALID_ARGUMENT" } };
      return json(response, 400, wire === "google" ? [error] : error);
    }
    send(response, wire, stepFor(steps, body));
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const home = `http://127.0.0.1:${address.port}`;
  return {
    url: (wire) => `${home}/${wire}${wire === "anthropic" || wire === "bedrock" ? "" : "/v1"}`,
    tokenUrl: `${home}/token`,
    refused,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The models that the stand-ins list; Gemini's edge calls them `models/…`. */
export const modelNames: Readonly<Record<Wire, readonly string[]>> = {
  anthropic: ["claude-sonnet-5-5"],
  bedrock: ["eu.anthropic.claude-sonnet-5"],
  vertex: ["claude-sonnet-5@default"],
  openai: ["gpt-6-sol"],
  azure: ["gpt-5.5"],
  compatible: ["qwen3-coder"],
  deepseek: ["deepseek-v4-pro"],
  mistral: ["mistral-medium-2604"],
  google: ["models/gemini-3.5-flash"],
  xai: ["grok-4.3"],
};

/** The key that every stand-in takes. */
export const wireKey = "sk-wire-0123456789";

function isKnown(wire: Wire, { headers, url = "" }: IncomingMessage): boolean {
  if (wire === "bedrock")
    return (headers.authorization ?? "").includes("/eu-central-1/bedrock/aws4_request") && url.endsWith("/invoke-with-response-stream");
  if (wire === "vertex") return headers.authorization === "Bearer token-of-google" && url.endsWith(":streamRawPredict");
  return (wire === "azure" ? headers["api-key"] : headers.authorization?.slice("Bearer ".length)) === wireKey;
}

function refusedBy(wire: Wire, body: unknown): string | null {
  if (wire === "anthropic" || wire === "bedrock" || wire === "vertex") return refusedByAnthropic(body);
  return wire === "openai" || wire === "azure" ? refusedByOpenAi(body) : refusedByChat(body, wire);
}

function send(response: ServerResponse, wire: Wire, step: PlacedStep): void {
  if (wire === "bedrock") {
    response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
    for (const event of anthropicEvents(step)) response.write(awsFrame(event));
    response.end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of eventsOf(wire, step)) {
    const name = typeof event.type === "string" ? `event: ${event.type}\n` : "";
    response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
  }
  response.end(isChat(wire) ? "data: [DONE]\n\n" : "");
}

function eventsOf(wire: Exclude<Wire, "bedrock">, step: PlacedStep): readonly Record<string, unknown>[] {
  if (isChat(wire)) return chatChunks(step, wire);
  return wire === "openai" || wire === "azure" ? responsesEvents(step) : anthropicEvents(step);
}

function isChat(wire: Wire): wire is ChatDialect {
  return wire === "compatible" || wire === "deepseek" || wire === "mistral" || wire === "google" || wire === "xai";
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

import { type CallToolResult, Client, StreamableHTTPClientTransport, type Tool } from "@modelcontextprotocol/client";
import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import { unseal } from "../../platform/secrets.ts";
import { mcpErrorOf } from "./mcp-error.ts";
import type { McpServerRow } from "./repo.ts";
import { serverFetch } from "./server-fetch.ts";
import { signInStore } from "./sign-in-store.ts";

interface Connection {
  readonly client: Client;
  idle: NodeJS.Timeout;
}

// One a server and configuration, closed when nobody has called for a while. Keyed by what may not be mixed up.
const connections = new Map<string, Promise<Connection>>();

const keyOf = (server: McpServerRow): string =>
  [server.workspaceId, server.id, server.configHash, server.sealedHeaders ? Buffer.from(server.sealedHeaders).toString("base64") : ""].join(
    " ",
  );

const headersSchema = z.record(z.string(), z.string());

async function connect(server: McpServerRow): Promise<Connection> {
  const headers = server.sealedHeaders ? headersSchema.parse(JSON.parse(unseal(server.sealedHeaders, server.id))) : {};
  const transport = new StreamableHTTPClientTransport(new URL(server.url ?? ""), {
    fetch: serverFetch,
    requestInit: { headers },
    // Headers of its own stand for a right of their own.
    ...("authorization" in lowerCased(headers)
      ? {}
      : { authProvider: signInStore({ workspaceId: server.workspaceId, serverId: server.id }) }),
  });
  const client = new Client({ name: "opencode-cloud", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(transport, { timeout: limits.mcp.connectTimeoutMs });
  return { client, idle: setTimeout(() => undefined, 0) };
}

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Works with a connected client; a connection that has died is made once more. */
async function withClient<T>(server: McpServerRow, work: (client: Client) => Promise<T>): Promise<T> {
  const key = keyOf(server);
  const isKnown = connections.has(key);
  const opening = connections.get(key) ?? connect(server);
  connections.set(key, opening);
  try {
    const connection = await opening;
    clearTimeout(connection.idle);
    const result = await work(connection.client);
    clearTimeout(connection.idle);
    connection.idle = setTimeout(() => void close(key), limits.mcp.idleCloseMs).unref();
    return result;
  } catch (error) {
    await close(key);
    // A session that the server has forgotten answers 404: that call was not made.
    if (isKnown && isForgotten(error)) return withClient(server, work);
    throw mcpErrorOf(error, server.name);
  }
}

const isForgotten = (error: unknown): boolean =>
  error instanceof Error && "status" in error && (error.status === 404 || error.status === 400);

async function close(key: string): Promise<void> {
  const opening = connections.get(key);
  connections.delete(key);
  await opening?.then(({ client }) => client.close()).catch(() => undefined);
}

/** Every tool that the server offers, as it describes them. Throws McpError. */
export function listHttpTools(server: McpServerRow): Promise<readonly Tool[]> {
  return withClient(server, async (client) => {
    const { tools } = await client.listTools(undefined, { timeout: limits.mcp.connectTimeoutMs, cacheMode: "refresh" });
    return tools;
  });
}

/** One call of a tool. Throws McpError when the server could not be asked; what the tool answers is never an error here. */
export function callHttpTool(
  server: McpServerRow,
  call: { name: string; input: Record<string, unknown>; signal: AbortSignal | undefined },
): Promise<CallToolResult> {
  const timeoutMs = limits.mcp.callTimeoutMs;
  return withClient(server, (client) =>
    client.callTool(
      { name: call.name, arguments: call.input },
      { timeout: timeoutMs, resetTimeoutOnProgress: true, maxTotalTimeout: timeoutMs * 5, ...(call.signal ? { signal: call.signal } : {}) },
    ),
  );
}

import { type CallToolResult, Client, StreamableHTTPClientTransport, type Tool } from "@modelcontextprotocol/client";
import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import { unseal } from "../../platform/secrets.ts";
import { mcpErrorOf } from "./mcp-error.ts";
import { serverAuth } from "./renew-sign-in.ts";
import type { McpServerRow } from "./repo.ts";
import { serverFetch } from "./server-fetch.ts";

interface Connection {
  readonly client: Promise<Client>;
  /** calls that are under way: it is closed by the last of them */
  users: number;
  idle: NodeJS.Timeout | undefined;
}

// One a server and configuration, closed when nobody has called for a while. Keyed by what may not be mixed up.
const connections = new Map<string, Connection>();

const keyOf = (server: McpServerRow): string =>
  [server.workspaceId, server.id, server.configHash, server.sealedHeaders ? Buffer.from(server.sealedHeaders).toString("base64") : ""].join(
    " ",
  );

const headersSchema = z.record(z.string(), z.string());

async function connect(server: McpServerRow): Promise<Client> {
  const headers = server.sealedHeaders ? headersSchema.parse(JSON.parse(unseal(server.sealedHeaders, server.id))) : {};
  const hasOwnRight = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const transport = new StreamableHTTPClientTransport(new URL(server.url ?? ""), {
    fetch: serverFetch,
    requestInit: { headers },
    ...(hasOwnRight
      ? {}
      : { authProvider: serverAuth({ workspaceId: server.workspaceId, serverId: server.id, configHash: server.configHash }) }),
  });
  const client = new Client({ name: "opencode-cloud", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(transport, { timeout: limits.mcp.connectTimeoutMs });
  return client;
}

function enter(server: McpServerRow, key: string): { connection: Connection; isOld: boolean } {
  const found = connections.get(key);
  const connection = found ?? { client: connect(server), users: 0, idle: undefined };
  connections.set(key, connection);
  clearTimeout(connection.idle);
  connection.users++;
  return { connection, isOld: found !== undefined };
}

function leave(connection: Connection, key: string): void {
  connection.users--;
  if (connection.users > 0) return;
  if (connections.get(key) === connection) connection.idle = setTimeout(() => close(connection, key), limits.mcp.idleCloseMs).unref();
  else close(connection, key);
}

/** Nobody begins anything on it from now on; what is under way there ends as it may. */
function forget(connection: Connection, key: string): void {
  if (connections.get(key) === connection) connections.delete(key);
}

function close(connection: Connection, key: string): void {
  forget(connection, key);
  connection.client.then((client) => client.close()).catch(() => undefined);
}

/** Works with a connected client; a connection that turns out to be dead is made once more. */
async function withClient<T>(server: McpServerRow, work: (client: Client) => Promise<T>, isAgain = false): Promise<T> {
  const key = keyOf(server);
  const { connection, isOld } = enter(server, key);
  try {
    return await work(await connection.client);
  } catch (error) {
    forget(connection, key);
    // A session that the server has forgotten answers 404: that call was not made.
    if (isOld && !isAgain && isForgotten(error)) return await withClient(server, work, true);
    throw mcpErrorOf(error, server.name);
  } finally {
    leave(connection, key);
  }
}

const isForgotten = (error: unknown): boolean =>
  error instanceof Error && "status" in error && (error.status === 404 || error.status === 400);

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

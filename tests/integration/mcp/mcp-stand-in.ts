import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** A real server of the protocol on a local port, behind an authorization server of its own when `isGuarded`. */
export interface McpStandIn {
  readonly url: string;
  /** what came in, by method of the protocol */
  readonly calls: string[];
  readonly headers: IncomingMessage["headers"][];
  /** what a person does on the sign-in page: answers the address that the browser is sent back to */
  signIn(authorizationUrl: string): Promise<URL>;
  /** every access token given until now is refused from here on; refresh tokens stay good */
  expireTokens(): void;
  /** refresh tokens are refused as well: only a person can sign in again */
  endSignIns(): void;
  /** how often tokens were renewed; a refresh token that comes a second time ends every sign-in, as theft would */
  readonly renewals: () => number;
  close(): Promise<void>;
}

function tools(): McpServer {
  const server = new McpServer({ name: "stand-in", version: "1.0.0" });
  server.registerTool(
    "add",
    { description: "Adds two numbers.", inputSchema: z.object({ a: z.number(), b: z.number() }), annotations: { readOnlyHint: true } },
    ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }),
  );
  server.registerTool("fail", { description: "Always fails.", inputSchema: z.object({}) }, () => ({
    content: [{ type: "text", text: "it is broken" }],
    isError: true,
  }));
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

export async function startMcpStandIn({ isGuarded = false } = {}): Promise<McpStandIn> {
  const handler = createMcpHandler(tools);
  const calls: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const goodTokens = new Set<string>();
  const refreshTokens = new Set<string>();
  const spentTokens = new Set<string>();
  const codes = new Map<string, string>();
  let renewals = 0;
  let origin = "";

  const grant = () => {
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    goodTokens.add(access_token);
    refreshTokens.add(refresh_token);
    return { access_token, refresh_token, token_type: "Bearer", expires_in: 3600 };
  };

  const renew = (token: string) => {
    if (spentTokens.has(token)) {
      refreshTokens.clear();
      goodTokens.clear();
    }
    if (!refreshTokens.delete(token)) return null;
    spentTokens.add(token);
    renewals++;
    return grant();
  };

  const authorization: Record<string, (body: string) => unknown> = {
    "/.well-known/oauth-protected-resource/mcp": () => ({ resource: `${origin}/mcp`, authorization_servers: [origin] }),
    "/.well-known/oauth-authorization-server": () => ({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
    }),
    "/register": (body) => ({ ...JSON.parse(body), client_id: "client-1" }),
    "/token": (body) => {
      const form = new URLSearchParams(body);
      if (form.get("grant_type") === "refresh_token") return renew(form.get("refresh_token") ?? "");
      const challenge = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      const proof = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      return challenge === proof ? grant() : null;
    },
  };

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", origin).pathname;
    const body = await bodyOf(request);
    if (path !== "/mcp") {
      const answer = isGuarded ? authorization[path]?.(body) : undefined;
      const status = answer === undefined ? 404 : answer === null ? 400 : path === "/register" ? 201 : 200;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: status === 400 ? "invalid_grant" : "not_found" }));
      return;
    }
    headers.push(request.headers);
    const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    if (isGuarded && !goodTokens.has(token)) {
      const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
      response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${metadata}"` }).end();
      return;
    }
    const method = /"method":"([^"]+)"/.exec(body)?.[1];
    if (method) calls.push(method);
    const init = { method: request.method ?? "GET", headers: new Headers(request.headers as Record<string, string>) };
    const answer = await handler.fetch(new Request(`${origin}/mcp`, body === "" ? init : { ...init, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `${origin}/mcp`,
    calls,
    headers,
    async signIn(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams;
      const code = randomUUID();
      codes.set(code, asked.get("code_challenge") ?? "");
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", asked.get("state") ?? "");
      return back;
    },
    expireTokens: () => goodTokens.clear(),
    endSignIns: () => {
      goodTokens.clear();
      refreshTokens.clear();
    },
    renewals: () => renewals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

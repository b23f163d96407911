import type { OAuthClientProvider } from "@modelcontextprotocol/client";
import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { seal, unseal } from "../../platform/secrets.ts";
import { findServer, type McpServerKey, updateServer } from "./repo.ts";

// The library's own shapes, kept as they came: it reads them back by itself.
const storedSchema = z.object({
  client: z.looseObject({ client_id: z.string() }).optional(),
  tokens: z.looseObject({ access_token: z.string(), token_type: z.string() }).optional(),
  codeVerifier: z.string().optional(),
  discovery: z.looseObject({ authorizationServerUrl: z.string() }).optional(),
});
type Stored = z.infer<typeof storedSchema>;

async function readStored(key: McpServerKey): Promise<Stored> {
  const row = await withTenant(key.workspaceId, (tx) => findServer(tx, key));
  if (!row?.sealedSignIn) return {};
  return storedSchema.parse(JSON.parse(unseal(row.sealedSignIn, key.serverId)));
}

async function changeStored(key: McpServerKey, change: Stored): Promise<void> {
  const stored = { ...(await readStored(key)), ...change };
  await withTenant(key.workspaceId, (tx) => updateServer(tx, key, { sealedSignIn: seal(JSON.stringify(stored), key.serverId) }));
}

/** Where the provider of the sign-in sends people back to. */
export const mcpCallbackUrl = (): string => `${env().PUBLIC_URL.replace(/\/+$/, "")}/connect/mcp`;

/**
 * A server's OAuth 2.1 client (registration, PKCE, refresh), kept sealed in its row. `interactive` is given while a
 * person is there to be sent to the provider's page; without it the need for one is an UnauthorizedError.
 */
export function signInStore(key: McpServerKey, interactive?: { state: string; onRedirect: (url: URL) => void }): OAuthClientProvider {
  return {
    redirectUrl: mcpCallbackUrl(),
    clientMetadata: {
      client_name: "OpenCode Cloud",
      client_uri: env().PUBLIC_URL,
      redirect_uris: [mcpCallbackUrl()],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
    ...(interactive ? { state: () => interactive.state } : {}),
    clientInformation: async () => (await readStored(key)).client,
    saveClientInformation: (client) => changeStored(key, { client }),
    tokens: async () => (await readStored(key)).tokens,
    saveTokens: (tokens) => changeStored(key, { tokens }),
    redirectToAuthorization: (url) => interactive?.onRedirect(url),
    saveCodeVerifier: (codeVerifier) => changeStored(key, { codeVerifier }),
    codeVerifier: async () => (await readStored(key)).codeVerifier ?? "",
    saveDiscoveryState: (discovery) => changeStored(key, { discovery: { ...discovery } }),
    discoveryState: async () => (await readStored(key)).discovery,
    invalidateCredentials: async (scope) => {
      const { client, tokens, codeVerifier, discovery } = await readStored(key);
      const isKept = (what: typeof scope) => scope !== "all" && scope !== what;
      const kept: Stored = {
        ...(client && isKept("client") ? { client } : {}),
        ...(tokens && isKept("tokens") ? { tokens } : {}),
        ...(codeVerifier && isKept("verifier") ? { codeVerifier } : {}),
        ...(discovery && isKept("discovery") ? { discovery } : {}),
      };
      await withTenant(key.workspaceId, (tx) => updateServer(tx, key, { sealedSignIn: seal(JSON.stringify(kept), key.serverId) }));
    },
  };
}

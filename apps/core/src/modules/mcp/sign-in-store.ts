import { type OAuthClientProvider, UnauthorizedError } from "@modelcontextprotocol/client";
import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { seal, unseal } from "../../platform/secrets.ts";
import { findServer, type McpServerKey, replaceSignIn } from "./repo.ts";

// The library's own shapes, kept as they came: it reads them back by itself.
const storedSchema = z.object({
  client: z.looseObject({ client_id: z.string() }).optional(),
  tokens: z.looseObject({ access_token: z.string(), token_type: z.string() }).optional(),
  codeVerifier: z.string().optional(),
  discovery: z.looseObject({ authorizationServerUrl: z.string() }).optional(),
});
type Stored = z.infer<typeof storedSchema>;

/** A server as it was looked at: what was signed in to at one address is nothing that the next one may be told, nor the other way round. */
export type SignInKey = McpServerKey & { readonly configHash: string };

/** version null: the server is gone, or is another one by now. */
async function readStored(key: SignInKey): Promise<{ stored: Stored; version: number | null }> {
  const row = await withTenant(key.workspaceId, (tx) => findServer(tx, key));
  if (row?.configHash !== key.configHash) return { stored: {}, version: null };
  if (!row.sealedSignIn) return { stored: {}, version: row.signInVersion };
  return { stored: storedSchema.parse(JSON.parse(unseal(row.sealedSignIn, key.serverId))), version: row.signInVersion };
}

const maxAttempts = 10;

/** Compare-and-set: a worker that renews tokens and a person who signs in write side by side. */
async function changeStored(key: SignInKey, change: (stored: Stored) => Stored): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { stored, version } = await readStored(key);
    if (version === null) throw new UnauthorizedError("the server was changed or removed meanwhile");
    const sealed = seal(JSON.stringify(change(stored)), key.serverId);
    if (await withTenant(key.workspaceId, (tx) => replaceSignIn(tx, key, { version, sealed }))) return;
  }
  throw new Error("a server's sign-in changes without end");
}

/** Where the provider of the sign-in sends people back to. */
export const mcpCallbackUrl = (): string => `${env().PUBLIC_URL.replace(/\/+$/, "")}/connect/mcp`;

/**
 * A server's OAuth 2.1 client (registration, PKCE, refresh), kept sealed in its row. `interactive` is given while a
 * person is there to be sent to the provider's page; without it the need for one is an UnauthorizedError.
 */
export function signInStore(key: SignInKey, interactive?: { state: string; onRedirect: (url: URL) => void }): OAuthClientProvider {
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
    clientInformation: async () => (await readStored(key)).stored.client,
    saveClientInformation: (client) => changeStored(key, (stored) => ({ ...stored, client })),
    tokens: async () => (await readStored(key)).stored.tokens,
    saveTokens: (tokens) => changeStored(key, (stored) => ({ ...stored, tokens })),
    redirectToAuthorization: (url) => interactive?.onRedirect(url),
    // Where nobody can be sent to the page, the verifier of somebody who is there just now has to stay.
    saveCodeVerifier: (codeVerifier) => (interactive ? changeStored(key, (stored) => ({ ...stored, codeVerifier })) : undefined),
    codeVerifier: async () => (await readStored(key)).stored.codeVerifier ?? "",
    saveDiscoveryState: (discovery) => changeStored(key, (stored) => ({ ...stored, discovery: { ...discovery } })),
    discoveryState: async () => (await readStored(key)).stored.discovery,
    invalidateCredentials: (scope) => changeStored(key, (stored) => without(stored, scope)),
  };
}

function without(
  { client, tokens, codeVerifier, discovery }: Stored,
  scope: "all" | "client" | "tokens" | "verifier" | "discovery",
): Stored {
  const isKept = (what: typeof scope) => scope !== "all" && scope !== what;
  return {
    ...(client && isKept("client") ? { client } : {}),
    ...(tokens && isKept("tokens") ? { tokens } : {}),
    ...(codeVerifier && isKept("verifier") ? { codeVerifier } : {}),
    ...(discovery && isKept("discovery") ? { discovery } : {}),
  };
}

import { setTimeout as wait } from "node:timers/promises";
import { type AuthProvider, auth, extractWWWAuthenticateParams, UnauthorizedError } from "@modelcontextprotocol/client";
import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { limits } from "../../platform/limits.ts";
import { claimRenewal, releaseRenewal } from "./repo.ts";
import { signInFetch } from "./server-fetch.ts";
import { type SignInKey, signInStore } from "./sign-in-store.ts";

const { renewalMaxMs, renewalPollMs } = limits.mcp;

/** What signs the worker's calls at a server: the token that was stored last, renewed when the server refuses it. */
export function serverAuth(key: SignInKey): AuthProvider {
  const store = signInStore(key);
  let used: string | undefined;
  return {
    token: async () => {
      used = (await store.tokens())?.access_token;
      return used;
    },
    onUnauthorized: ({ response, serverUrl }) => renew(key, used, { serverUrl, ...extractWWWAuthenticateParams(response) }),
  };
}

interface RefusedAt {
  readonly serverUrl: URL;
  readonly resourceMetadataUrl?: URL | undefined;
  readonly scope?: string | undefined;
}

/**
 * Gets new tokens with the refresh token, once for all workers: servers that rotate refresh tokens take a second use of
 * one for theft, and end the sign-in. Whoever comes second takes what the first one got. Throws UnauthorizedError where
 * only a person can help.
 */
async function renew(key: SignInKey, used: string | undefined, { serverUrl, resourceMetadataUrl, scope }: RefusedAt): Promise<void> {
  const store = signInStore(key);
  const deadlineMs = systemClock.monotonicMs() + renewalMaxMs;
  for (;;) {
    const tokens = await store.tokens();
    if (tokens && tokens.access_token !== used) return;
    if (!tokens?.refresh_token) throw new UnauthorizedError();
    const until = await withTenant(key.workspaceId, (tx) => claimRenewal(tx, key, systemClock.now()));
    if (until === null && systemClock.monotonicMs() < deadlineMs) await wait(renewalPollMs);
    else if (until === null) throw new UnauthorizedError();
    else {
      try {
        // Between the look and the claim somebody may have been through.
        if ((await store.tokens())?.access_token !== used) continue;
        const outcome = await auth(store, {
          ...{ serverUrl, fetchFn: signInFetch },
          ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}),
          ...(scope === undefined ? {} : { scope }),
        });
        if (outcome !== "AUTHORIZED") throw new UnauthorizedError();
        return;
      } finally {
        await withTenant(key.workspaceId, (tx) => releaseRenewal(tx, key, until));
      }
    }
  }
}

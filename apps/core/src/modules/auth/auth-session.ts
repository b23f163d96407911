import { randomBytes } from "node:crypto";
import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import type { UserId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { hashToken } from "../../platform/secrets.ts";
import { type Viewer, viewerSchema } from "./contract.ts";
import { deleteAuthSession, findAuthSession, insertAuthSession, moveAuthSessionExpiry } from "./repo.ts";

const reason = "signing in concerns a person, not a workspace";

/** The sign-in cookie's name and whether it is for https only; next-auth and our own routes use the same. */
export function sessionCookie(): { name: string; secure: boolean } {
  const secure = env().PUBLIC_URL.startsWith("https:");
  return { name: `${secure ? "__Secure-" : ""}authjs.session-token`, secure };
}

/** Signs a person in: a new row, of which only the token's hash is kept. The token goes into `sessionCookie()`. */
export async function createAuthSession(userId: UserId): Promise<{ token: string; expires: Date }> {
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(systemClock.now().getTime() + limits.authSession.maxAgeSeconds * 1_000);
  await storeAuthSession({ token, userId, expires });
  return { token, expires };
}

/** Keeps a sign-in whose token somebody else (next-auth) made. */
export async function storeAuthSession(session: { token: string; userId: string; expires: Date }): Promise<void> {
  const { token, userId, expires } = session;
  await dangerouslyAcrossTenants(reason, (tx) => insertAuthSession(tx, { tokenHash: hashToken(token), userId, expires }));
}

/** The sign-in with this token and its person, whether it has expired or not; null when there is none. */
export async function findAuthSessionAndUser(token: string) {
  const found = await dangerouslyAcrossTenants(reason, (tx) => findAuthSession(tx, hashToken(token)));
  return found ? { userId: found.userId, expires: found.expires, user: found.user } : null;
}

/** Lets a sign-in last longer; null when there is none. */
export async function extendAuthSession(token: string, expires: Date): Promise<{ userId: string; expires: Date } | null> {
  return dangerouslyAcrossTenants(reason, (tx) => moveAuthSessionExpiry(tx, hashToken(token), expires));
}

/** Signs a browser out. */
export async function endAuthSession(token: string): Promise<void> {
  await dangerouslyAcrossTenants(reason, (tx) => deleteAuthSession(tx, hashToken(token)));
}

/** The person whose sign-in this token is; null when there is none or it has expired. */
export async function findViewer(token: string): Promise<Viewer | null> {
  const session = await findAuthSessionAndUser(token);
  if (!session || session.expires <= systemClock.now()) return null;
  return viewerSchema.parse(session.user);
}

/** The sign-in token of a `Cookie` header, or null. */
export function readSessionToken(cookieHeader: string | null): string | null {
  const { name } = sessionCookie();
  for (const pair of (cookieHeader ?? "").split(";")) {
    const separator = pair.indexOf("=");
    if (separator !== -1 && pair.slice(0, separator).trim() === name) return pair.slice(separator + 1).trim() || null;
  }
  return null;
}

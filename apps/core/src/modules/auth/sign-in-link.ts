import { randomBytes } from "node:crypto";
import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import type { UserId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { hashToken } from "../../platform/secrets.ts";
import { createAuthSession } from "./auth-session.ts";
import { claimSignInLink, findSignInLink, insertSignInLink } from "./repo.ts";

const reason = "a sign-in link belongs to a person, not to a workspace";

/**
 * An address that signs this person in, once, within `limits.signInLink.validMs`. Only its hash is kept.
 * `callbackPath` is where it leads: a path of our own.
 */
export async function createSignInLink(input: { userId: UserId; callbackPath?: string }): Promise<{ url: string }> {
  const { userId, callbackPath = "/" } = input;
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(systemClock.now().getTime() + limits.signInLink.validMs);
  await dangerouslyAcrossTenants(reason, (tx) => insertSignInLink(tx, { tokenHash: hashToken(token), userId, expiresAt }));
  const url = new URL(`/api/auth-link/${token}`, env().PUBLIC_URL);
  if (callbackPath !== "/") url.searchParams.set("callbackUrl", callbackPath);
  return { url: url.href };
}

/** Whom a link would sign in, without using it; null when it is unknown, used or too old. */
export async function peekSignInLink(token: string): Promise<{ email: string } | null> {
  const link = await dangerouslyAcrossTenants(reason, (tx) => findSignInLink(tx, hashToken(token)));
  if (!link || link.usedAt || link.expiresAt <= systemClock.now()) return null;
  return { email: link.user.email };
}

/** Uses the link: a sign-in for its person, for exactly one caller. CONFLICT when it is unknown, used or too old. */
export async function redeemSignInLink(token: string): Promise<{ token: string; expires: Date }> {
  const userId = await dangerouslyAcrossTenants(reason, (tx) => claimSignInLink(tx, hashToken(token), systemClock.now()));
  if (!userId)
    throw new AppError("CONFLICT", "This link was used already or is too old. Start again to get a new one, or sign in by e-mail.");
  return createAuthSession(userId);
}

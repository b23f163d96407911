import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId } from "../../platform/ids.ts";

export async function insertAuthSession(tx: Tx, row: { tokenHash: string; userId: string; expires: Date }) {
  return tx.authSession.create({ data: { sessionToken: row.tokenHash, userId: row.userId, expires: row.expires } });
}

export async function findAuthSession(tx: Tx, tokenHash: string) {
  return tx.authSession.findUnique({ where: { sessionToken: tokenHash }, include: { user: true } });
}

export async function moveAuthSessionExpiry(tx: Tx, tokenHash: string, expires: Date) {
  const [row] = await tx.authSession.updateManyAndReturn({ where: { sessionToken: tokenHash }, data: { expires } });
  return row ?? null;
}

export async function deleteAuthSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.authSession.deleteMany({ where: { sessionToken: tokenHash } });
}

export async function insertSignInLink(tx: Tx, row: { tokenHash: string; userId: UserId; expiresAt: Date }): Promise<void> {
  await tx.signInLink.create({ data: { id: newId("signInLink"), ...row } });
}

export async function findSignInLink(tx: Tx, tokenHash: string) {
  return tx.signInLink.findUnique({ where: { tokenHash }, include: { user: { select: { email: true } } } });
}

/** Compare-and-set: the link's person for the one caller who used it in time, null for everybody else. */
export async function claimSignInLink(tx: Tx, tokenHash: string, now: Date): Promise<UserId | null> {
  const [row] = await tx.signInLink.updateManyAndReturn({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  return row ? (row.userId as UserId) : null;
}

export async function findUserByEmail(tx: Tx, email: string) {
  return tx.user.findUnique({ where: { email } });
}

export async function insertUser(tx: Tx, row: { email: string; name: string | null; image?: string | null; emailVerified: Date | null }) {
  return tx.user.create({ data: { id: newId("user"), ...row } });
}

/** How many sign-in mails went to this address and can still be used, of those made after `since`. */
export async function countSignInMails(tx: Tx, email: string, expiresAfter: Date): Promise<number> {
  return tx.verificationToken.count({ where: { identifier: email, expires: { gt: expiresAfter } } });
}

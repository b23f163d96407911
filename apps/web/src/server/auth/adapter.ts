import "server-only";
import { PrismaAdapter } from "@auth/prisma-adapter";
import { endAuthSession, extendAuthSession, findAuthSessionAndUser, storeAuthSession } from "@opencode/core/modules/auth/index.ts";
import { dangerouslyUnscopedClient } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import type { Adapter, AdapterUser } from "next-auth/adapters";

/**
 * next-auth's storage on our tables. Ours beyond the stock adapter: ids of our own kind, addresses in lower case, and
 * sessions of which only the token's hash is kept, so that a copy of the database signs nobody in.
 */
export function authAdapter(): Adapter {
  const database = dangerouslyUnscopedClient();
  return {
    ...PrismaAdapter(database),
    createUser: async ({ email, name, image, emailVerified }): Promise<AdapterUser> =>
      database.user.create({
        data: { id: newId("user"), email: email.toLowerCase(), name: name ?? null, image: image ?? null, emailVerified },
      }),
    getUserByEmail: (email) => database.user.findUnique({ where: { email: email.toLowerCase() } }),
    createSession: async (session) => {
      await storeAuthSession({ token: session.sessionToken, userId: session.userId, expires: session.expires });
      return session;
    },
    getSessionAndUser: async (sessionToken) => {
      const found = await findAuthSessionAndUser(sessionToken);
      return found && { session: { sessionToken, userId: found.userId, expires: found.expires }, user: found.user };
    },
    updateSession: async ({ sessionToken, expires }) => {
      if (!expires) return null;
      const moved = await extendAuthSession(sessionToken, expires);
      return moved && { sessionToken, userId: moved.userId, expires: moved.expires };
    },
    deleteSession: endAuthSession,
  };
}

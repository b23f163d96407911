import "server-only";
import { PrismaAdapter } from "@auth/prisma-adapter";
import {
  createUser,
  endAuthSession,
  extendAuthSession,
  findAuthSessionAndUser,
  findUser,
  storeAuthSession,
} from "@opencode/core/modules/auth/index.ts";
import { dangerouslyUnscopedClient } from "@opencode/core/platform/database/database.ts";
import type { Adapter, AdapterUser } from "next-auth/adapters";

/**
 * next-auth's storage on our tables. Ours beyond the stock adapter: ids of our own kind, addresses in lower case, and
 * sessions of which only the token's hash is kept, so that a copy of the database signs nobody in.
 */
export function authAdapter(): Adapter {
  return {
    ...PrismaAdapter(dangerouslyUnscopedClient()),
    createUser: ({ email, name, image, emailVerified }): Promise<AdapterUser> =>
      createUser({ email, name: name ?? null, image: image ?? null, emailVerified }),
    getUserByEmail: findUser,
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

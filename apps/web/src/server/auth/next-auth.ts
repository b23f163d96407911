import "server-only";
import { maySendSignInMail, sendSignInMail, sessionCookie } from "@opencode/core/modules/auth/index.ts";
import { env } from "@opencode/core/platform/env.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import NextAuth, { type NextAuthConfig } from "next-auth";
import Nodemailer from "next-auth/providers/nodemailer";
import { authAdapter } from "./adapter.ts";
import { githubProvider } from "./github-provider.ts";

function providers(): NextAuthConfig["providers"] {
  const { AUTH_GITHUB_ID: clientId, AUTH_GITHUB_SECRET: clientSecret } = env();
  return [
    Nodemailer({
      // Never connected to: the mail goes through our own sender.
      server: "smtp://mail.invalid",
      maxAge: limits.signInMail.validMs / 1_000,
      sendVerificationRequest: ({ identifier, url }) => sendSignInMail({ email: identifier, url }),
    }),
    ...(clientId && clientSecret ? [githubProvider({ clientId, clientSecret })] : []),
  ];
}

// Configured by request, not when the module is loaded: the build loads it without an environment.
export const { handlers } = NextAuth((): NextAuthConfig => {
  const cookie = sessionCookie();
  return {
    adapter: authAdapter(),
    providers: providers(),
    secret: env().AUTH_SECRET,
    trustHost: true,
    useSecureCookies: cookie.secure,
    session: { strategy: "database", maxAge: limits.authSession.maxAgeSeconds },
    cookies: {
      sessionToken: { name: cookie.name, options: { httpOnly: true, sameSite: "lax", path: "/", secure: cookie.secure } },
    },
    pages: { signIn: "/sign-in", verifyRequest: "/auth/verify", error: "/auth/error" },
    callbacks: {
      async signIn({ user, email }) {
        if (!user.email) return "/auth/error?error=NoVerifiedEmail";
        if (email?.verificationRequest && !(await maySendSignInMail(user.email))) return "/auth/error?error=TooManyMails";
        return true;
      },
      // What a browser may read of a session: who it is, nothing of the database's row.
      session: ({ session, user }) => ({
        expires: session.expires,
        user: { id: user.id, name: user.name ?? null, email: user.email, image: user.image ?? null },
      }),
    },
    logger: {
      error: (error) => logger.warn({ err: error }, "sign-in failed"),
      warn: (code) => logger.debug({ code }, "sign-in"),
      debug: () => undefined,
    },
  };
});

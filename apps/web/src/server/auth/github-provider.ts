import { env } from "@opencode/core/platform/env.ts";
import GitHub, { type GitHubProfile } from "next-auth/providers/github";
import { z } from "zod";

const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * Sign-in with GitHub, GitHub Enterprise or a stand-in. Only an address that GitHub has verified counts: invitations
 * are accepted by address, so an unproven one would open other people's workspaces.
 */
export function githubProvider(credentials: { clientId: string; clientSecret: string }) {
  const baseUrl = env().AUTH_GITHUB_BASE_URL?.replace(/\/+$/, "");
  const apiUrl = baseUrl ? `${baseUrl}/api/v3` : "https://api.github.com";
  return GitHub({
    ...credentials,
    ...(baseUrl ? { enterprise: { baseUrl } } : {}),
    userinfo: {
      url: `${apiUrl}/user`,
      async request({ tokens }: { tokens: { access_token?: string } }): Promise<GitHubProfile> {
        const headers = { authorization: `Bearer ${tokens.access_token ?? ""}`, "user-agent": "opencode-cloud" };
        const [profile, emails] = await Promise.all(
          [`${apiUrl}/user`, `${apiUrl}/user/emails`].map(async (url) => (await fetch(url, { headers })).json()),
        );
        const verified = (emailsSchema.safeParse(emails).data ?? []).filter((entry) => entry.verified);
        return { ...profile, email: (verified.find((entry) => entry.primary) ?? verified[0])?.email ?? null };
      },
    },
  });
}

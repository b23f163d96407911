import { env } from "@opencode/core/platform/env.ts";
import type { Metadata } from "next";
import { connection } from "next/server";
import { AuthFrame } from "../../features/auth/auth-frame.tsx";
import { safeReturnPath } from "../../features/auth/safe-return-path.ts";
import { SignInForm } from "../../features/auth/sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  await connection();
  const { callbackUrl } = await searchParams;
  const { AUTH_GITHUB_ID, AUTH_GITHUB_SECRET, SINGLE_MACHINE, SMTP_URL } = env();
  return (
    <AuthFrame>
      <SignInForm
        returnPath={safeReturnPath(callbackUrl)}
        mailProvider="nodemailer"
        github={Boolean(AUTH_GITHUB_ID && AUTH_GITHUB_SECRET)}
        localMail={SINGLE_MACHINE && !SMTP_URL}
      />
    </AuthFrame>
  );
}

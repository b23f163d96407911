import { env } from "@opencode/core/platform/env.ts";
import type { Metadata } from "next";
import { connection } from "next/server";
import { AuthFrame } from "../../../features/auth/auth-frame.tsx";
import { CheckYourMail } from "../../../features/auth/check-your-mail.tsx";

export const metadata: Metadata = { title: "Check your mail" };

export default async function VerifyPage() {
  await connection();
  const { SINGLE_MACHINE, SMTP_URL } = env();
  return (
    <AuthFrame>
      <CheckYourMail email={null} localMail={SINGLE_MACHINE && !SMTP_URL} />
    </AuthFrame>
  );
}

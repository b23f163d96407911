import type { Metadata } from "next";
import Link from "next/link";
import { authErrorText } from "../../../features/auth/auth-error-text.ts";
import { AuthFrame } from "../../../features/auth/auth-frame.tsx";
import { Button } from "../../../ui/button.tsx";

export const metadata: Metadata = { title: "Sign-in failed" };

export default async function AuthErrorPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { error } = await searchParams;
  const text = authErrorText(error);
  return (
    <AuthFrame>
      <div role="alert" className="space-y-4 text-center">
        <div>
          <h1 className="font-semibold text-xl tracking-tight">{text.title}</h1>
          <p className="mt-1 text-pretty text-muted">{text.advice}</p>
        </div>
        <Button asChild variant="primary">
          <Link href="/sign-in">Back to sign-in</Link>
        </Button>
      </div>
    </AuthFrame>
  );
}

import { env } from "@opencode/core/platform/env.ts";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { MailOutbox } from "../../features/auth/mail-outbox.tsx";
import { Button } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";

export const metadata: Metadata = { title: "Mail of this machine" };

export default async function MailsPage() {
  await connection();
  const { SINGLE_MACHINE, SMTP_URL } = env();
  if (!SINGLE_MACHINE || SMTP_URL) notFound();
  return (
    <main className="mx-auto w-full max-w-2xl space-y-6 px-4 py-10">
      <PageHeader
        title="Mail of this machine"
        description="There is no mail server here, so what would be sent waits on this page. Only this machine has it."
        actions={
          <Button asChild variant="ghost">
            <Link href="/">To the workspace</Link>
          </Button>
        }
      />
      <MailOutbox />
    </main>
  );
}

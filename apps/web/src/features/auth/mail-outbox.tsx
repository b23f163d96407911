"use client";

import { useQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { z } from "zod";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";

const mailsSchema = z.object({
  mails: z.array(z.object({ id: z.string(), to: z.string(), subject: z.string(), text: z.string(), createdAt: z.string() })),
});

/** The mails of a machine that has no mail server, newest first. */
export function MailOutbox() {
  const mails = useQuery({
    queryKey: ["mails"],
    refetchInterval: 2_000,
    queryFn: async ({ signal }) => {
      const response = await fetch("/api/dev/mails", { signal });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return mailsSchema.parse(await response.json()).mails;
    },
  });
  if (mails.isPending) return <SkeletonRows rows={3} label="Loading the mails" />;
  if (!mails.data) {
    return (
      <ErrorState
        message="The outbox can’t be read right now. It exists only on a machine without a mail server."
        onRetry={() => mails.refetch()}
      />
    );
  }
  if (mails.data.length === 0) {
    return (
      <EmptyState icon={Inbox} title="No mail yet">
        Sign-in links and invitations that this machine sends show up here.
      </EmptyState>
    );
  }
  return (
    <ul className="space-y-3">
      {mails.data.map((mail) => (
        <li key={mail.id} className="rounded-xl border border-line bg-surface p-4 shadow-card" data-testid="mail">
          <div className="flex items-start justify-between gap-3">
            <div className="min-w-0">
              <h2 className="break-words font-medium">{mail.subject}</h2>
              <p className="break-all text-faint text-xs">to {mail.to}</p>
            </div>
            <Age at={mail.createdAt} ago className="shrink-0 text-faint text-xs tabular-nums" />
          </div>
          <MailLink text={mail.text} />
          <details className="mt-2 text-sm">
            <summary className="text-muted hover:text-fg">Whole text</summary>
            <pre className="mt-2 whitespace-pre-wrap font-sans text-muted [overflow-wrap:anywhere]">{mail.text}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}

function MailLink({ text }: { text: string }) {
  const link = /https?:\/\/[^\s<>"]+/.exec(text)?.[0];
  if (!link) return null;
  return (
    <Button asChild variant="primary" size="sm" className="mt-3">
      <a href={link}>Open its link</a>
    </Button>
  );
}

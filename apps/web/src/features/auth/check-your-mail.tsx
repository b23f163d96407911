import { MailCheck } from "lucide-react";
import Link from "next/link";
import { Button } from "../../ui/button.tsx";

/** After the link was sent. */
export function CheckYourMail({ email, localMail, onBack }: { email: string | null; localMail: boolean; onBack?: () => void }) {
  return (
    <div role="status" className="space-y-4 text-center">
      <span className="mx-auto grid size-10 place-items-center rounded-xl border border-line bg-surface shadow-card">
        <MailCheck aria-hidden className="size-5 text-accent" />
      </span>
      <div>
        <h1 className="font-semibold text-xl tracking-tight">Check your mail</h1>
        <p className="mt-1 text-pretty text-muted">
          We sent a sign-in link{email ? " to " : ""}
          {email ? <span className="break-all font-medium text-fg">{email}</span> : null}. It works once.
        </p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        {localMail ? (
          <Button asChild variant="primary">
            <Link href="/mails">Open this machine’s mail</Link>
          </Button>
        ) : null}
        {onBack ? (
          <Button variant="ghost" onClick={onBack}>
            Use another address
          </Button>
        ) : (
          <Button asChild variant="ghost">
            <Link href="/sign-in">Back to sign-in</Link>
          </Button>
        )}
      </div>
    </div>
  );
}

"use client";

import { GitBranch, Mail } from "lucide-react";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { authErrorText } from "./auth-error-text.ts";
import { CheckYourMail } from "./check-your-mail.tsx";

interface SignInFormProps {
  returnPath: string;
  /** id of the e-mail provider as the server registers it */
  mailProvider: string;
  github: boolean;
  /** mail lands in this machine's own outbox */
  localMail: boolean;
}

export function SignInForm({ returnPath, mailProvider, github, localMail }: SignInFormProps) {
  const [email, setEmail] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [busy, setBusy] = useState<"mail" | "github" | null>(null);
  const [error, setError] = useState<string | null>(null);

  const sendLink = async (event: FormEvent) => {
    event.preventDefault();
    setBusy("mail");
    setError(null);
    try {
      const result = await signIn(mailProvider, { email: email.trim(), redirect: false, redirectTo: returnPath });
      if (result && !result.error && result.ok) setSentTo(email.trim());
      else setError(sendingFailed(result?.error));
    } catch {
      setError("The server can't be reached. Check your connection and try again.");
    } finally {
      setBusy(null);
    }
  };

  if (sentTo) return <CheckYourMail email={sentTo} localMail={localMail} onBack={() => setSentTo(null)} />;
  return (
    <div className="space-y-5">
      <div>
        <h1 className="font-semibold text-2xl tracking-tight">Sign in</h1>
        <p className="mt-1 text-muted">An agent for your repositories. Its work is yours to watch and to take.</p>
      </div>
      {error ? <Callout tone="danger">{error}</Callout> : null}
      {github ? (
        <>
          <Button
            size="lg"
            className="w-full"
            busy={busy === "github"}
            onClick={() => {
              setBusy("github");
              signIn("github", { redirectTo: returnPath }).catch(() => {
                setBusy(null);
                setError("GitHub can't be reached right now. Try again, or use the link by e-mail.");
              });
            }}
          >
            <GitBranch aria-hidden />
            Continue with GitHub
          </Button>
          <div className="flex items-center gap-3 text-faint text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            or
          </div>
        </>
      ) : null}
      <form onSubmit={sendLink} className="space-y-3">
        <Field label="E-mail">
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              required
              autoComplete="email"
              placeholder="you@company.com"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              className="h-10"
            />
          )}
        </Field>
        <Button type="submit" variant="primary" size="lg" className="w-full" busy={busy === "mail"}>
          <Mail aria-hidden />
          Send me a sign-in link
        </Button>
      </form>
      <p className="text-faint text-sm">No password: the link in the mail signs you in, and makes an account when you have none.</p>
    </div>
  );
}

function sendingFailed(code: string | undefined): string {
  if (code === "TooManyMails" || code === "AccessDenied") {
    const { title, advice } = authErrorText(code);
    return `${title}. ${advice}`;
  }
  return "The link could not be sent. Check the address and try again; if it stays, the mail settings of this server need a look.";
}

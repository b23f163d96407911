"use client";

import { Bug } from "lucide-react";
import Link from "next/link";
import { Button } from "../ui/button.tsx";
import { FullPageNotice } from "../ui/full-page-notice.tsx";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <FullPageNotice
      icon={Bug}
      title="This page broke"
      actions={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <Button asChild>
            <Link href="/">Go to your workspace</Link>
          </Button>
        </>
      }
    >
      <p>Your work is safe: a session goes on without the page.</p>
      {error.digest ? (
        <p className="mt-2 text-faint text-sm">
          If it stays, tell the operator this number: <code className="font-mono">{error.digest}</code>
        </p>
      ) : null}
    </FullPageNotice>
  );
}

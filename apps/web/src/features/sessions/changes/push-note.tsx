import type { PushView } from "@opencode/core/modules/sessions/contract.ts";
import { CircleCheck, CircleX, ExternalLink } from "lucide-react";
import { Spinner } from "../../../ui/spinner.tsx";

/** How the last push went. */
export function PushNote({ push }: { push: PushView }) {
  return (
    <p
      role="status"
      className="mx-3 mt-3 flex items-start gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-sm sm:mx-4"
      data-testid="push-note"
      data-state={push.state}
    >
      {push.state === "pushing" ? <Spinner className="mt-0.5 size-4" /> : null}
      {push.state === "pushed" ? <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" /> : null}
      {push.state === "failed" ? <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" /> : null}
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {push.state === "pushing" ? "Pushing " : push.state === "pushed" ? "Pushed to " : "Not pushed to "}
        <code className="font-mono text-xs">{push.branch}</code>
        {push.state === "pushed" && push.commit ? <span className="text-faint"> at {push.commit.slice(0, 7)}</span> : null}
        {push.error ? <span className="block text-danger">{push.error}</span> : null}
      </span>
      {push.url ? (
        <a href={push.url} target="_blank" rel="noreferrer noopener" className="inline-flex items-center gap-1 text-accent hover:underline">
          Compare
          <ExternalLink aria-hidden className="size-3.5" />
        </a>
      ) : null}
    </p>
  );
}

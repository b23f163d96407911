"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { useSessionActions } from "./session-actions.tsx";

/** The title; a click makes it a field. Enter keeps the new one, Escape the old one. */
export function SessionTitle({ sessionId, title }: { sessionId: string; title: string }) {
  const trpc = useTRPC();
  const { mayWrite } = useSessionActions();
  const [draft, setDraft] = useState<string | null>(null);
  const rename = useMutation(trpc.sessions.rename.mutationOptions({ onError: (error) => toast.error(errorMessage(error)) }));
  const shown = (rename.isPending ? rename.variables.title : title) || "Untitled session";

  const finish = () => {
    const next = draft?.trim() ?? "";
    setDraft(null);
    if (next !== "" && next !== title) rename.mutate({ sessionId, title: next });
  };

  if (draft !== null) {
    return (
      <input
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the button that was just pressed
        autoFocus
        aria-label="Title"
        value={draft}
        maxLength={200}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish();
          if (event.key === "Escape") {
            event.stopPropagation();
            setDraft(null);
          }
        }}
        className="h-7 min-w-0 flex-1 rounded-md border border-accent bg-surface px-1.5 font-medium outline-none"
      />
    );
  }
  return (
    <h1 className="-ml-1.5 min-w-0 font-semibold">
      <button
        type="button"
        disabled={!mayWrite}
        title={mayWrite ? "Rename" : undefined}
        onClick={() => setDraft(title)}
        className="block max-w-full truncate rounded-md px-1.5 py-0.5 text-left enabled:hover:bg-hover"
      >
        {shown}
      </button>
    </h1>
  );
}

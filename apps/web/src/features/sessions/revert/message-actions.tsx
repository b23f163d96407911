"use client";

import { GitFork, Undo2 } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { useSessionActions } from "../session-actions.tsx";

/** What can be done from a prompt on: back to before it, or on from it in a session of its own. */
export function MessageActions({ messageId }: { messageId: string }) {
  const { mayWrite, idle, revertTo, forkFrom } = useSessionActions();
  if (!mayWrite) return null;
  return (
    <div className="mt-1 -mb-5 flex justify-end gap-1 opacity-0 transition-opacity focus-within:opacity-100 group-hover/prompt:opacity-100 max-lg:mb-0 max-lg:opacity-100">
      {idle ? (
        <Button size="sm" variant="ghost" onClick={() => revertTo(messageId)} data-testid="revert-to">
          <Undo2 aria-hidden />
          Revert to here
        </Button>
      ) : null}
      <Button size="sm" variant="ghost" onClick={() => forkFrom(messageId)} data-testid="fork-from">
        <GitFork aria-hidden />
        Fork
      </Button>
    </div>
  );
}
